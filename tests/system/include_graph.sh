#!/bin/sh
# The direction of the rooms, over the #include lines: sh include_graph.sh PROGRAM SOURCE_DIR
# It also proves itself: each rule must catch a line planted in a copy.
set -eu
source_dir=$2
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT

# Reads "file:line" pairs of includes after the list of files; prints what is against the direction.
directions='
function room(path,    part, n) {
    n = split(path, part, "/")
    return part[1] == "sim" ? part[1] "/" part[2] : part[1]
}
function folder(path) { sub(/[^\/]*$/, "", path); return path }
function flat(path) { while (sub(/[^\/.]+\/\.\.\//, "", path)) ; return path }
BEGIN {
    may["sim/core"] = " sim/core "
    may["models"] = " models sim/core "
    may["sim/io"] = " sim/io sim/core "
    may["sim/run"] = " sim/run sim/io sim/core "
    may["analysis"] = " analysis sim/io sim/core "
    may["sim/cli"] = " sim/cli sim/core sim/io sim/run models analysis "
}
FNR == NR { known[$0] = 1; next }
{
    file = $0; sub(/:.*/, "", file)
    name = $0; sub(/^[^"]*"/, "", name); sub(/".*/, "", name)
    target = flat(folder(file) name)
    if (!(target in known)) target = name
    if (!(target in known)) print file ": includes \"" name "\", which is no file of the project"
    else if (!index(may[room(file)], " " room(target) " "))
        print file ": " room(file) " must not include " room(target) " (\"" name "\")"
}'

# only LIBRARY ROOM PATTERN: at most one file holds such a line, and it is in that room.
only() {
    users=$(grep -rlE --include='*.[ch]' "$3" sim models analysis || true)
    for user in $users; do
        case $user in
        "$2"/*) ;;
        *) echo "$user: $1 belongs into one file of $2" ;;
        esac
    done
    [ "$(echo "$users" | grep -c .)" -le 1 ] || echo "$1 is in more than one file:" $users
}

complaints() {
    (
        cd "$1"
        find sim models analysis -name '*.[ch]' >"$copy/files"
        grep -rE --include='*.[ch]' '^[[:space:]]*#[[:space:]]*include[[:space:]]*"' \
            sim models analysis | awk "$directions" "$copy/files" -
        only HDF5 sim/io '#[[:space:]]*include[[:space:]]*[<"](hdf5|H5)'
        only libfyaml sim/io '#[[:space:]]*include[[:space:]]*[<"]libfyaml'
        only OpenMP sim/run '#[[:space:]]*(include[[:space:]]*[<"]omp\.h|pragma[[:space:]]+omp)'
        only MPI sim/run '#[[:space:]]*include[[:space:]]*[<"]mpi\.h'
        only Lua models/policies '#[[:space:]]*include[[:space:]]*[<"](lua|lauxlib)'
        only MPFR sim/core '#[[:space:]]*include[[:space:]]*[<"](mpfr|gmp)\.h'
        only NLopt analysis '#[[:space:]]*include[[:space:]]*[<"]nlopt'
        only dlopen models/policies '#[[:space:]]*include[[:space:]]*[<"]dlfcn'
        grep -rniE --include='*.[ch]' '(^|[^a-z])s?(vvv|diem)([^a-z]|$)' sim/core sim/io sim/run |
            sed 's/$/   <- a token in a room that has not heard of one/' || true
    )
}

# planted FILE LINE: the copy with that line must be refused.
planted() {
    mkdir -p "$copy/tree"
    (cd "$source_dir" && cp -R sim models analysis "$copy/tree")
    printf '%s\n' "$2" >>"$copy/tree/$1"
    if [ -z "$(complaints "$copy/tree")" ]; then
        echo "not noticed in $1: $2"
        exit 1
    fi
    rm -rf "$copy/tree"
}

found=$(complaints "$source_dir")
if [ -n "$found" ]; then
    echo "$found"
    exit 1
fi
planted sim/core/planted.c '#include "sim/io/store.h"'
planted sim/core/planted.c '#include "../io/store.h"'
planted models/diem/planted.c '#include "sim/io/store.h"'
planted sim/io/planted.c '#include "sim/run/ensemble.h"'
planted sim/run/planted.c '#include "models/models.h"'
planted analysis/planted.c '#include "models/models.h"'
planted analysis/planted.c '#include "no_such_file.h"'
planted sim/io/planted.c '#include <hdf5.h>'
planted analysis/planted.c '#include <hdf5.h>'
planted sim/core/planted.c '# pragma omp parallel'
planted sim/run/planted.h 'extern int vvv_price;'
planted models/diem/planted.c '#include <lua.h>'
planted models/policies/planted.c '#include <lauxlib.h>'
planted sim/io/planted.c '#include <dlfcn.h>'
planted sim/core/planted.c '#include <mpfr.h>'
planted models/diem/planted.c '#include <gmp.h>'
planted sim/run/planted.c '#include <nlopt.h>'
planted analysis/planted.c '#include <nlopt.h>'
