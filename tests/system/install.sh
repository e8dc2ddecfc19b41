#!/bin/sh
# An installation, moved elsewhere, is complete and what programs of others build against:
# sh install.sh PROGRAM SOURCE_DIR
set -eu
program=$1
source_dir=$2
build=$(dirname "$program")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
# What links with a library that counts what is run counts, too.
counting=$(sed -n 's/^CMAKE_BUILD_TYPE:.*=Coverage$/--coverage/p' "$build/CMakeCache.txt")

fail() {
    echo "$@"
    [ ! -e said ] || cat said
    exit 1
}

# quietly COMMAND...
quietly() {
    "$@" >said 2>&1 || fail "exit $?: $*"
}

quietly cmake --install "$build" --prefix "$work/first"
mv first there
installed=$work/there/bin/diemsim
small="--set horizon=5 --replicas 2 --seed 3 --quiet"

# ---- the same program, with data of its own ----
quietly "$installed" run quickstart $small -o installed.h5
quietly "$program" run "$source_dir/scenarios/quickstart.yaml" $small -o built.h5
cmp installed.h5 built.h5 || fail "an installed program makes other bytes"
# Its job scripts call it by its name.
mkdir joined.h5.parts
quietly "$installed" run quickstart $small --shard 1/1 -o joined.h5.parts/0.h5
quietly env -u DIEMSIM PATH="$work/there/bin:$PATH" sh there/share/diemsim/scenarios/cluster/merge.sh joined.h5
cmp joined.h5 installed.h5 || fail "a job script makes other bytes"
[ -z "$(find there -type d -empty)" ] || fail "folders without files: $(find there -type d -empty)"
mv there/share/diemsim/scenarios away
if "$installed" validate quickstart >said 2>&1; then
    fail "the scenarios are not those of the installation"
fi
grep -q "cannot read 'quickstart'" said || fail "no word about the scenario that is missing"
mv away there/share/diemsim/scenarios
(cd there/share/diemsim/scenarios && find . -type f | sort) >found
(cd "$source_dir/scenarios" && find . -type f ! -name quickstart.sh ! -name apptainer.def ! -path '*/spack_repo/*' | sort) >shipped
cmp found shipped || fail "not the scenarios of the sources"

# ---- pages: one a command, and none is wrong ----
man=there/share/man/man1
"$installed" help --names >names
[ "$(wc -l <names)" -ge 12 ] || fail "commands are missing"
for page in diemsim $(sed 's/^/diemsim-/' names); do
    [ -s "$man/$page.1.gz" ] || fail "no page $page"
    gzip -dc "$man/$page.1.gz" >page.1
    if command -v mandoc >/dev/null; then
        quietly mandoc -T lint -W warning page.1
    fi
    if command -v man >/dev/null; then
        MANWIDTH=200 LC_ALL=C.UTF-8 man --warnings -E UTF-8 -l -Tutf8 page.1 >shown 2>said || fail "man cannot show $page"
        [ ! -s said ] || fail "man warns of $page"
    fi
    command=${page#diemsim-}
    if [ "$command" != diemsim ]; then
        "$installed" help "$command" | sed -n 's/^ *\(-[a-z], \)*--\([a-z]*\).*/\2/p' >options
        for option in $(cat options); do
            grep -q -- "\\\\-\\\\-$option" page.1 || fail "--$option is not on the page $page"
        done
        # Examples can be copied from the page.
        "$installed" help "$command" | sed -n 's/^  \([^ -].*\)/\1/p' | while IFS= read -r line; do
            [ ! -e shown ] || grep -qF -- "$line" shown || fail "not on the page $page: $line"
        done
    fi
done
[ "$(ls $man | wc -l)" -eq $(($(wc -l <names) + 1)) ] || fail "pages of no command: $(ls $man)"

# ---- completion, as bash asks for it: completed LAST_WORD EXPECTED -- WORDS BEFORE ----
cat >complete.sh <<'END'
. there/share/bash-completion/completions/diemsim
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
$(complete -p diemsim | sed 's/.*-F \([^ ]*\).*/\1/')
printf '%s\n' "${COMPREPLY[@]}"
END
completed() {
    expected=$1
    shift
    bash complete.sh "$@" 2>said | sort | tr '\n' ' ' >got
    case "$(cat got)" in
    *"$expected"*) ;;
    *) fail "of '$*' comes '$(cat got)', must have '$expected'" ;;
    esac
}
mkdir folder
touch 'a b.yaml' c.yml d.h5 e.csv
for name in $(cat names); do
    completed "$name " diemsim "$(echo "$name" | cut -c 1-3)"
done
completed 'a b.yaml c.yml folder ' diemsim run ''
completed 'd.h5 ' diemsim info d
completed '--replicas ' diemsim run --rep
completed 'e.csv folder ' diemsim report installed.h5 --observed ''
completed 'queue ' diemsim metrics --model = q
completed 'exponential_cubic ' diemsim policies exp
completed 'fee_split ' diemsim policies fee
completed 'validate ' diemsim help val
completed 'treasury ' diemsim compare d.h5 --metrics treas
[ -z "$(bash complete.sh diemsim run --seed '' | tr -d '\n')" ] || fail "a seed is completed"

# ---- a policy: by pkg-config, by CMake, and where every scenario finds it ----
export PKG_CONFIG_PATH="$work/there/lib/pkgconfig"
cc=${CC:-cc}
[ "$(grep '#include' there/include/diemsim/ds_policy.h)" = '#include <stdint.h>' ] ||
    fail "the header for policies needs more than the C library"
quietly $cc -std=c99 -Wall -Wextra -pedantic -Werror -O2 -shared -fPIC $(pkg-config --cflags diemsim) \
    -o mine.so there/share/diemsim/scenarios/policies/cubic.c -lm
cat >mine.yaml <<'END'
include: quickstart
policies: {mint: {use: plugin, file: mine.so}}
END
quietly "$installed" run mine.yaml $small -o mine.h5
sed 's/mine.so/installed.so/' mine.yaml >named.yaml
if "$installed" run named.yaml $small -o named.h5 >said 2>&1; then
    fail "a policy that is nowhere is found"
fi
grep -q "there is no file 'installed.so'" said || fail "no word about the policy that is missing"

mkdir others
cat >others/main.c <<'END'
#include "models/models.h"
#include "sim/io/store.h"
#include "sim/run/ensemble.h"

#include <stdio.h>

static bool simulate(const char *scenario, const char *result, ds_status *st)
{
    ds_scenario s;
    ds_run_report report;
    const ds_scenario_request wanted = {.path = scenario, .models = ds_models};
    const ds_run_request run = {.scenario = &s, .output = result, .threads = 1, .quiet = true,
                                .program = "others", .version = "1", .build = "another"};
    const bool ok = ds_scenario_load(&s, &wanted, st) && ds_run(&run, &report, st);
    ds_scenario_free(&s);
    return ok;
}

int main(int count, char **word)
{
    ds_status st = {0};
    ds_result *result = NULL;
    const bool ok = count == 3 && simulate(word[1], word[2], &st) &&
                    ds_result_open(&result, word[2], &st);
    if (ok)
        printf("%zu replicas\n", ds_result_about(result)->replicas);
    else
        puts(st.text);
    ds_result_close(result);
    return !ok;
}
END
cat >others/CMakeLists.txt <<'END'
cmake_minimum_required(VERSION 3.25)
project(others LANGUAGES C)
find_package(diemsim 0.1 REQUIRED COMPONENTS library)
diemsim_add_policy(installed ${diemsim_SCENARIOS}/policies/cubic.c)
add_executable(others main.c)
target_link_libraries(others PRIVATE diemsim::library)
install(TARGETS installed DESTINATION ${diemsim_PLUGIN_DIR})
END
quietly cmake -S others -B others/build -DCMAKE_C_COMPILER="$cc" -DCMAKE_BUILD_TYPE=Release \
    -DCMAKE_EXE_LINKER_FLAGS="$counting" -DCMAKE_PREFIX_PATH="$work/there"
quietly cmake --build others/build
quietly cmake --install others/build
quietly "$installed" run named.yaml $small -o named.h5
quietly "$installed" verify named.h5 --quiet
"$installed" info mine.h5 | grep -v '^[a-z]*, \|^out\|^not rep' >one
"$installed" info named.h5 | grep -v '^[a-z]*, \|^out\|^not rep' >two
cmp one two || fail "a policy by CMake is not that by pkg-config"

# ---- the library: by both, too ----
sed 's/^replicas.*/replicas: 4/; s/^horizon.*/horizon: 2000/; s/^warmup.*/warmup: 100/; s/^observe.*/observe: 1900/' \
    there/share/diemsim/scenarios/queue/mm1.yaml >queue.yaml
quietly $cc -std=c17 -O2 $counting $(pkg-config --cflags diemsim-library) others/main.c \
    $(pkg-config --static --libs diemsim-library) -o others/main
for other in others/main others/build/others; do
    quietly $other queue.yaml "$(basename $other).h5"
    grep -q '^4 replicas$' said || fail "$other says something else"
    ! "$installed" info "$(basename $other).h5" | grep 'not reproducible' || fail "$other computes by libm"
done

# ---- recipes know what CMake looks for ----
recipe=$source_dir/scenarios/cluster/spack_repo/diemsim/packages/diemsim/package.py
python3 -c 'import ast, sys; ast.parse(open(sys.argv[1]).read())' "$recipe" 2>said || fail "the recipe for Spack is no Python"
for module in $(sed -n 's/^pkg_check_modules([A-Z0-9]* REQUIRED IMPORTED_TARGET \(lib\)*\([a-z]*\).*/\2/p' \
    "$source_dir/CMakeLists.txt"); do
    grep -q "depends_on(\"[a-z]*$module" "$recipe" || fail "the recipe for Spack has no $module"
done

# ---- one version in all places ----
version=$(sed -n 's/^project(diemsim VERSION \([0-9.]*\).*/\1/p' "$source_dir/CMakeLists.txt")
"$installed" version | grep -qx "diemsim $version" || fail "the program has another version"
gzip -dc $man/diemsim.1.gz | grep -q "^\\.TH .* \"diemsim $version\"" || fail "the pages have another version"
[ "$(pkg-config --modversion diemsim diemsim-library | sort -u)" = "$version" ] || fail "pkg-config has another version"
grep -q "PACKAGE_VERSION \"$version\"" there/lib/cmake/diemsim/diemsim-config-version.cmake ||
    fail "the package for CMake has another version"
