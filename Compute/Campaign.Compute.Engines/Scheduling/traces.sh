# What attempts left so far. For each on standard input, NUL after each: directory, number of files to show, and for each of those its
# name and how many of its last bytes. Answers per directory, NUL after each: 1 (there), 0 (not there) or why it cannot be looked at; is
# it claimed; is it fenced; exit.json; the claim's owner; ids of refused jobs with / after each; the last heartbeat; then the files' ends.
export LC_ALL=C
shopt -s nullglob
# without a process: this is done for every job, again and again
content() { text=''; { IFS= read -r -d '' -n 4096 text; } 2>/dev/null <"$1"; }
next() { IFS= read -r -d '' "$1"; }
while next dir; do
  next count
  there=1 claimed='' fenced='' exit='' owner='' refused='' beat='' ends=()
  if ! [ -d "$dir" ]; then
    said=$(stat -L -- "$dir" 2>&1 >/dev/null)
    case $said in '') there='it is no directory' ;; *'No such file'*) there=0 ;; *) there=$said ;; esac
  elif cd -- "$dir"; then
    [ -d .claim ] && claimed=1
    [ -e .fence ] && fenced=1
    content exit.json; exit=$text
    content .claim/owner.json; owner=$text
    content .claim/alive; beat=$text
    for file in .refused-*; do refused+=${file#.refused-}/; done
  else
    there='it cannot be entered'
  fi
  for ((i = 0; i < count; i++)); do
    next name
    next bytes
    end=''
    [ "$there" = 1 ] && [ -f "$name" ] && end=$(tail -c "$bytes" -- "$name" 2>/dev/null | tr -d '\0'; echo .) && end=${end%.}
    ends+=("$end")
  done
  printf '%s\0' "$there" "$claimed" "$fenced" "$exit" "$owner" "$refused" "$beat" "${ends[@]}"
done
