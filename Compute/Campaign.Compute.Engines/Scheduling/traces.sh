# For each directory on standard input (NUL after each): is it there, is it claimed, exit.json, the claim's owner, ids of refused
# jobs with / after each, seconds since the last sign of life; NUL after each of the six.
export LC_ALL=C
now=$(date +%s)
content() { [ -f "$1" ] && head -c 4096 -- "$1" 2>/dev/null | tr -d '\0'; }
while IFS= read -r -d '' dir; do
  if ! [ -d "$dir" ]; then
    printf '0\0\0\0\0\0\0'
    continue
  fi
  claimed='' refused='' age=''
  if [ -d "$dir/.claim" ]; then
    claimed=1
    beat=$(stat -c %Y -- "$dir/.claim/alive" 2>/dev/null) && age=$((now - beat))
  fi
  for file in "$dir"/.refused-*; do
    [ -e "$file" ] && refused+=${file##*/.refused-}/
  done
  printf '1\0%s\0%s\0%s\0%s\0%s\0' "$claimed" "$(content "$dir/exit.json")" "$(content "$dir/.claim/owner.json")" "$refused" "$age"
done
