#!/bin/bash
# Runs a program in every directory 0001, 0002, ... of this one, one after the other, with the inputs that lie here. A directory whose
# OUTCAR is finished is passed over. Between two directories it looks whether it is asked to stop.
#
# frames.sh PROGRAM [ARGUMENT...]
#   0  all is done, or it was asked to stop (STOPCAR or .stop)
#   else the first frame that gave no finished OUTCAR ends it, with the program's code

set -u

refuse() {
  printf 'frames.sh: %s\n' "$1" >&2
  exit 91
}
[ "$#" -gt 0 ] || refuse 'called without a program.'

finished() { [ -f "$1/OUTCAR" ] && LC_ALL=C grep -aq 'General timing and accounting' "$1/OUTCAR"; }

frames=()
for directory in [0-9][0-9][0-9][0-9]*/; do
  [ -f "${directory}POSCAR" ] && frames+=("${directory%/}")
done
made=0 all=${#frames[@]}

for ((i = 0; i < all; i++)); do
  frame=${frames[i]}
  if ! finished "$frame"; then
    if [ -e STOPCAR ] || [ -e .stop ]; then
      echo "frames.sh: asked to stop after $made of $all frames"
      exit 0
    fi
    for input in INCAR KPOINTS POTCAR; do
      [ -f "$input" ] || refuse "there is no $input in $(printf %q "$PWD")."
      ln -sfn "../$input" "$frame/$input" || refuse "cannot write in $(printf %q "$PWD/$frame")."
    done
    (cd -- "$frame" && exec -- "$@") </dev/null >"$frame/job.log" 2>&1
    code=$?
    if ! finished "$frame"; then
      echo "frames.sh: frame $frame ended with code $code and no finished OUTCAR; the last it said:" >&2
      tail -n 5 -- "$frame/job.log" >&2
      case $code in 0 | 90 | 91) code=1 ;; esac # codes of the job's own
      exit "$code"
    fi
  fi
  made=$((made + 1))
  echo "$made of $all" >>frames.done
done
