# Runs the members of a pack: each by its own job.sh in its own directory, @AT_ONCE@ at a time, in the order of the list. A member that
# is promised to another pack, has ended, or was given up is passed over. None is begun when the end of the job is near.
export LC_ALL=C
pack=@NAME@ at_once=@AT_ONCE@ reserve=@RESERVE@
read -r end <.claim/end || exit 91

# Members are of this process group and hear the same signal; they end their programs, and are waited for.
stopping=''
trap 'stopping=1' TERM INT HUP

working=0 begun=0
while IFS= read -r -u 3 directory; do
  while [ "$working" -ge "$at_once" ]; do
    wait -n
    working=$(jobs -rp | wc -l)
  done
  [ -n "$stopping" ] || [ -e pack.stop ] && break
  [ "$begun" -ge "$at_once" ] && [ $((end - $(date +%s))) -lt "$reserve" ] && break
  promised=''
  read -r promised 2>/dev/null <"$directory/.pack"
  [ "$promised" = "$pack" ] || continue
  [ -e "$directory/exit.json" ] || [ -e "$directory/.fence" ] && continue
  # A shell leaves its children deaf to SIGINT, which a program may be asked to stop by.
  (
    trap - INT QUIT TERM HUP
    CAMPAIGN_JOB_END=$end exec bash "$directory/job.sh" </dev/null >>"$directory/job.log" 2>&1 3<&-
  ) &
  begun=$((begun + 1))
  working=$((working + 1))
done 3<members
while [ -n "$(jobs -rp)" ]; do wait; done
exit 0
