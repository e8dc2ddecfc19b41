#!/bin/sh
# What may stand where files are read and made: pipes, links, folders, devices, what may not be touched; and
# what becomes of the process that writes a result: sh places.sh PROGRAM SOURCE_DIR
set -eu
program=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

fail() {
    echo "$1"
    cat said
    exit 1
}

# ends CODE COMMAND...: by itself, in a few seconds, and with a message where it is not 0.
ends() {
    wanted=$1
    shift
    code=0
    timeout -s KILL 60 "$@" >said 2>&1 </dev/null || code=$?
    [ "$code" -eq "$wanted" ] || fail "exit $code, must be $wanted: $*"
    [ "$code" -eq 0 ] || [ -s said ] || fail "exit $code without a word: $*"
}

cat >small.yaml <<'END'
model: queue
horizon: 1100
warmup: 0
observe: 100
replicas: 20
seed: 1
END
sed /seed/d small.yaml >drawn.yaml
run() {
    wanted=$1
    shift
    ends "$wanted" "$program" run small.yaml --quiet --threads 1 -o out.h5 "$@"
}
run 0
mv out.h5 whole.h5
echo precious >victim

# ---- pipes and links where a run makes its files ----
mkdir out.h5.shards
for name in out.h5.part out.h5.shards/00000000.shard.part out.h5.shards/seed.part out.h5.shards/seed; do
    for kind in pipe link; do
        mkdir -p out.h5.shards
        [ "$kind" = link ] || mkfifo "$name"
        [ "$kind" = pipe ] || ln -s "$work/victim" "$name"
        run 0
        cmp out.h5 whole.h5
        [ -f out.h5 ] && [ ! -L out.h5 ] || fail "the result is a $kind after a $kind at $name"
        [ "$(cat victim)" = precious ] || fail "written through a link at $name"
        rm -rf out.h5 out.h5.shards
    done
done
mkdir out.h5.shards
mkfifo out.h5.shards/seed
ends 0 "$program" run drawn.yaml --quiet -o out.h5
rm out.h5

# ---- what is there and is no result, found before anything is simulated ----
ln -s nowhere out.h5
run 73
[ -L out.h5 ] && [ ! -e nowhere ] && [ ! -e out.h5.shards ] || fail "a link to nothing was not left alone"
rm out.h5
mkdir out.h5.part
run 73
[ ! -e out.h5.shards ] || fail "simulated although the result has no place"
rmdir out.h5.part
mkfifo pipe.h5
for place in pipe.h5 . /dev/null /dev/full "$work/whole.h5/x.h5" "$work/nowhere/x.h5"; do
    ends 73 "$program" run small.yaml --quiet --force -o "$place"
done
for place in pipe.h5 . /dev/null /dev/zero "$work/whole.h5/x" nowhere.h5; do
    for command in info compare risk sensitivity verify merge; do
        case $command in
        merge) ends 66 "$program" merge "$place" -o merged.h5 ;;
        *) ends 66 "$program" $command "$place" ;;
        esac
    done
done

# ---- reports ----
ends 0 "$program" report whole.h5 -o page.html
mv page.html whole.html
for kind in pipe link; do
    [ "$kind" = link ] || mkfifo page.html.part
    [ "$kind" = pipe ] || ln -s "$work/victim" page.html.part
    ends 0 "$program" report whole.h5 -o page.html
    cmp page.html whole.html
    [ "$(cat victim)" = precious ] || fail "a report was written through a link"
    rm page.html
done
mkdir page.html.part
ends 73 "$program" report whole.h5 -o page.html
rmdir page.html.part
mkfifo page.html
ends 73 "$program" report whole.h5 -o page.html

# ---- what this user may not touch ----
other=65534
as="setpriv --reuid $other --regid $other --clear-groups --"
if [ "$(id -u)" -eq 0 ]; then
    chmod 755 .
    cp "$program" diemsim # which others can reach wherever it was built
    program=$work/diemsim
    $as "$program" version >said 2>&1 || fail "another user cannot run the program"
    mkdir theirs locked
    chown $other theirs
    cp small.yaml whole.h5 theirs
    chmod 000 theirs/whole.h5
    mkdir theirs/out.h5.shards # of somebody else
    ends 73 $as "$program" run small.yaml --quiet -o locked/out.h5
    ends 73 $as "$program" run small.yaml --quiet -o theirs/out.h5
    ends 66 $as "$program" info theirs/whole.h5
    rmdir theirs/out.h5.shards
    ends 0 $as "$program" run small.yaml --quiet -o theirs/out.h5
    cmp theirs/out.h5 whole.h5
    # A user who may have a few threads only, and asks for many: the same bytes.
    chmod 777 theirs
    rm theirs/out.h5
    ends 0 setpriv --reuid 54321 --clear-groups -- prlimit --nproc=3 \
        "$program" run small.yaml --quiet --threads 8 -o theirs/out.h5
    cmp theirs/out.h5 whole.h5
fi

# ---- the process that writes a result ----
# Whoever starts the program may ignore that children end.
cat >ignoring.sh <<'END'
trap '' CHLD
exec "$@"
END
ends 0 sh ignoring.sh "$program" run small.yaml --quiet -o out.h5
cmp out.h5 whole.h5
rm out.h5
ends 0 "$program" run small.yaml --quiet -o out.h5 0<&- 1>&- # closed
