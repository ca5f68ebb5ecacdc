#!/bin/sh
# Trains a model with DeePMD-kit, freezes it, writes it in the backend-neutral form, and tests it on the systems it was shown.
#
# deepmd.sh BACKEND FROZEN RESTART PROGRAM [ARGUMENT...]
#   BACKEND  --pt or --tf
#   FROZEN   name of the frozen model
#   RESTART  a checkpoint below begin/ to go on from; '' to begin; 'done' where the one below begin/ is the last
#   PROGRAM  how dp is started
# In:  input.json, systems.tar, begin/
# Out: lcurve.out, checkpoints, FROZEN, model.dp, test.log

set -u

refuse() {
  printf 'deepmd.sh: %s\n' "$1" >&2
  exit 91
}
[ "$#" -gt 3 ] || refuse 'called without a program.'
backend=$1 frozen=$2 restart=$3
shift 3

failed() {
  printf 'deepmd.sh: dp %s ended with code %s\n' "$1" "$2" >&2
  case $2 in 0 | 90 | 91) exit 1 ;; esac # codes of the job's own
  exit "$2"
}

tar -xf systems.tar || refuse "systems.tar cannot be unpacked in $PWD."

case $restart in
done) ;;
'') "$@" "$backend" train input.json || failed train $? ;;
*) "$@" "$backend" train --restart "$restart" input.json || failed train $? ;;
esac

# a training that had nothing left to do wrote no checkpoint
last=.
[ -e checkpoint ] || last=begin
"$@" "$backend" freeze -c "$last" -o "$frozen" || failed freeze $?
"$@" convert-backend "$frozen" model.dp || failed convert-backend $?
"$@" "$backend" test -m "$frozen" -s systems -n 0 >test.log 2>&1 || {
  code=$?
  tail -n 20 test.log >&2
  failed test "$code"
}
