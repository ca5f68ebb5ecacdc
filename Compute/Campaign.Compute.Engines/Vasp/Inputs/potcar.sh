#!/bin/bash
# Makes the POTCAR of this run directory from the potentials that lie on this site, and prints a line on each of its blocks: TITEL, VRHFIN,
# LEXCH, ENMAX, ZVAL and SHA-256, with tabs between them. Nothing else of a potential is printed, kept or sent.
#
# potcar.sh DIRECTORY FOLDERS SETS ELEMENTS LEXCH [ELECTRONS COUNTS]
#   DIRECTORY  has the folders; empty: $PMG_VASP_PSP_DIR
#   FOLDERS    releases of potentials, best first; all sets are taken from the first that has them all
#   SETS       names of data sets in the order of the POSCAR
#   ELEMENTS   of the POSCAR: each set must be of the element in its place, which VASP itself does not ask
#   LEXCH      what the functional needs: all sets must have been made for it
#   ELECTRONS  more than make the cell neutral, and COUNTS, the atoms of each block: NELECT is set in INCAR

export LC_ALL=C
set -u
umask 077

refuse() {
  printf 'potcar.sh: %s\n' "$1" >&2
  exit 91
}
shown() { printf '%q' "$1"; }

[ "$#" -eq 5 ] || [ "$#" -eq 7 ] || refuse "called with $# words instead of 5 or 7."
directory=${1:-${PMG_VASP_PSP_DIR-}}
case $directory in
  '') refuse 'the directory of the potentials is not known. Set PMG_VASP_PSP_DIR where jobs see it, or name the directory in the site file.' ;;
  '~/'*) directory=${HOME-}/${directory:2} ;;
  /*) ;;
  *) refuse "the directory of the potentials, $(shown "$directory"), is no absolute path. Write one that begins with /." ;;
esac
[ -d "$directory" ] || refuse "there is no directory $(shown "$directory") on $(hostname). Check where the potentials lie on this site."

# One name follows another behind a blank; a name can contain neither a slash nor anything that a shell knows.
words() {
  local word
  [[ $2 =~ ^[A-Za-z0-9_.\ -]+$ ]] || refuse "$1 $(shown "$2") may contain letters, digits and _ . - only."
  IFS=' ' read -r -a list <<<"$2"
  for word in "${list[@]}"; do
    [[ $word =~ ^[A-Za-z0-9][A-Za-z0-9_.-]*$ ]] || [ "$1$word" = 'the folders.' ] || refuse "$(shown "$word") among $1 is no name of one. Names begin with a letter or digit."
  done
  [ "${#list[@]}" -gt 0 ] || refuse "$1 are not given."
}
words 'the folders' "$2"
folders=("${list[@]}")
words 'the data sets' "$3"
sets=("${list[@]}")
words 'the elements' "$4"
elements=("${list[@]}")
[ "${#elements[@]}" -eq "${#sets[@]}" ] || refuse "${#sets[@]} data sets for ${#elements[@]} elements."
[[ $5 =~ ^[A-Z0-9]{2}$ ]] || refuse "$(shown "$5") is no LEXCH."

# The file of data set $2 in folder $1, in any of the ways in which people lay them out.
find_set() {
  for found in "$directory/$1/POTCAR.$2" "$directory/$1/POTCAR.$2.gz" "$directory/$1/$2/POTCAR" "$directory/$1/$2/POTCAR.gz"; do
    [ -f "$found" ] && return 0
  done
  return 1
}

chosen='' almost=''
for folder in "${folders[@]}"; do
  missing='' has=''
  for set in "${sets[@]}"; do
    if find_set "$folder" "$set"; then has=1; else missing+=" $set"; fi
  done
  if [ -z "$missing" ]; then
    chosen=$folder
    break
  fi
  [ -n "$has" ] && almost+=" $folder lacks$missing."
done
[ -n "$chosen" ] || refuse "no folder in $(shown "$directory") has all of ${sets[*]}.${almost:- None has any: looked in ${folders[*]} for POTCAR.NAME, NAME/POTCAR, and these with .gz.} Names of sets are in 'potcars' of the level; a level takes all of them from one release."

work=$(mktemp -d ./.potcar.XXXXXX) || refuse "cannot write in $(shown "$PWD")."
trap 'rm -rf -- "$work"' EXIT

# Prints one data set without blank lines around it; about it, or about what is wrong with it, goes to a file.
one_set() {
  awk -v about="$work/about" '
    function value(line, name) {
      sub(".*" name "[ \t]*=[ \t]*", "", line)
      sub(/;.*/, "", line)
      gsub(/[^ -~]/, " ", line)
      sub(/ +$/, "", line)
      return line
    }
    function word(text) { sub(/ .*/, "", text); return text }
    ended { if (/[^ \t\r]/) more = 1; next }
    !begun && !/[^ \t\r]/ { next }
    { begun = 1; print }
    /^[ \t]*END of PSCTR/ { data = 1 }
    /^[ \t]*End of Dataset/ { ended = 1 }
    !data && titel == "" && /TITEL[ \t]*=/ { titel = value($0, "TITEL") }
    !data && vrhfin == "" && /VRHFIN[ \t]*=/ { vrhfin = value($0, "VRHFIN") }
    !data && lexch == "" && /LEXCH[ \t]*=/ { lexch = word(value($0, "LEXCH")) }
    !data && enmax == "" && /ENMAX[ \t]*=/ { enmax = word(value($0, "ENMAX")) }
    !data && zval == "" && /ZVAL[ \t]*=/ { zval = word(value($0, "ZVAL")) }
    function number(text) { return text ~ /^[0-9]*[.]?[0-9]*$/ && text ~ /[0-9]/ }
    END {
      wrong = titel == "" || vrhfin == "" || lexch == "" || !number(enmax) || !number(zval) ? "is no POTCAR" : !ended ? "is cut off" : more ? "holds more than one data set" : ""
      if (wrong != "") print wrong >about
      else printf "%s\t%s\t%s\t%s\t%s", titel, vrhfin, lexch, enmax, zval >about
      exit wrong != ""
    }'
}

for i in "${!sets[@]}"; do
  set=${sets[i]} element=${elements[i]}
  find_set "$chosen" "$set"
  case $found in
    *.gz) gunzip -c -- "$found" ;;
    *) cat -- "$found" ;;
  esac >"$work/raw" || refuse "$(shown "$found") cannot be read on $(hostname). Ask who keeps the potentials for access, or for a whole copy."
  one_set <"$work/raw" >"$work/one" || refuse "$(shown "$found") $(cat -- "$work/about"). Put a POTCAR there as VASP's makers give it."
  IFS=$'\t' read -r title vrhfin lexch _ <"$work/about"
  named=${title#* }
  [[ ${vrhfin%%:*} =~ ^$element\ *$ || $named =~ ^$element([^a-z]|$) ]] ||
    refuse "$(shown "$found") is $(shown "$title"), and the POSCAR has $element in its place. VASP would compute with the wrong element; check 'potcars' of the level."
  [ "$lexch" = "$5" ] || refuse "$(shown "$found") was made for another functional (LEXCH = $(shown "$lexch")) than the level's, which needs $5. Use potentials of that functional."
  sum=$(sha256sum <"$work/one")
  printf '%s\t%s\n' "$(cat -- "$work/about")" "${sum%% *}" >>"$work/headers"
  cat -- "$work/one" >>"$work/all" || refuse "cannot write in $(shown "$PWD")."
done

if [ "$#" -eq 7 ]; then
  [[ $6 =~ ^-?[0-9]+([.][0-9]+)?$ ]] || refuse "the number of further electrons, $(shown "$6"), is no number."
  [[ $7 =~ ^[1-9][0-9]{0,8}(\ [1-9][0-9]{0,8})*$ ]] || refuse "the numbers of atoms, $(shown "$7"), are no numbers from 1 on."
  [ -f INCAR ] || refuse "there is no INCAR in $(shown "$PWD") to set the number of electrons in."
  electrons=$(awk -F '\t' -v extra="$6" -v counts="$7" '
    BEGIN { blocks = split(counts, atoms, " ") }
    { sum += atoms[NR] * $5 }
    END { if (NR == blocks && sum + extra > 0) printf "%.10g", sum + extra }' "$work/headers")
  [ -n "$electrons" ] || refuse "${#sets[@]} data sets, atoms $7 and $6 further electrons do not make a number of electrons."
  { awk '!/^[ \t]*NELECT[ \t]*=/' INCAR && printf 'NELECT = %s\n' "$electrons"; } >"$work/INCAR" || refuse "cannot write in $(shown "$PWD")."
  chmod --reference=INCAR -- "$work/INCAR"
  mv -f -- "$work/INCAR" INCAR || refuse "cannot write in $(shown "$PWD")."
fi
mv -f -- "$work/all" POTCAR || refuse "cannot write in $(shown "$PWD")."
cat -- "$work/headers"
