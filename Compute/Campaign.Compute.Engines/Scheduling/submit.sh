# Submits one attempt's job, or finds that it was submitted. Can be run any number of times. Its files come as tar on standard input.
# What bash can do itself is not left to a program: a login node pays for every one, at every submission.
# Says on its last line "campaign-submit VERB ...": accepted|adopted ID EPOCH, failed CODE, orphaned, unknown, unavailable; before it, why.
export LC_ALL=C TZ=UTC SLURM_TIME_FORMAT=standard
name=@NAME@ settle=@SETTLE@ forgotten=@FORGOTTEN@
reply() { echo; echo "campaign-submit $*"; exit 0; }
# client calls are bounded, and do not hold the lock should they hang on
bounded() { timeout -k 5 @LIMIT@ "$@" </dev/null 9>&-; }

[ -d @DIRECTORY@ ] || mkdir -p -- @DIRECTORY@ || reply unavailable
cd -- @DIRECTORY@ || reply unavailable
exec 9>.submit.lock || reply unavailable
flock -w @LIMIT@ 9 || { echo "another submission holds .submit.lock, or the file system knows no locks"; reply unavailable; }

if [ -s .receipt ] && read -r id at <.receipt; then
  [ "$id $at" = "$forgotten" ] || reply adopted "$id" "$at"
  mv -f .receipt ".receipt-$id"
fi
receipt() { printf '%s %s\n' "$1" "$2" >.receipt.tmp && sync .receipt.tmp && mv -f .receipt.tmp .receipt; }

# .intent is there before anything can have been submitted
printf -v now '%(%s)T' -1
tried=0 since=$now
if [ -s .intent ]; then tried=1; read -r since <.intent; fi

if [ -e .claim/owner.json ]; then
  id=$(sed -n 's/.*"jobId":"\([^"]*\)".*/\1/p' .claim/owner.json)
  [ -n "$id" ] && { receipt "$id" "$since"; reply adopted "$id" "$since"; }
fi

@FUNCTIONS@
# look_up and look_back print "ID EPOCH WORD" for every job of that name, WORD = over when it has ended
found=$(look_up) || { echo "$found"; reply unavailable; }
if [ -z "$found" ] && [ "$tried" = 1 ]; then
  found=$(look_back) || { echo "$found"; reply unavailable; }
fi
if [ -n "$found" ]; then
  # the oldest that has not ended; younger ones can only be refused by its claim
  read -r id at word < <(sort -k3,3 -k2,2n <<<"$found")
  receipt "$id" "$at"
  reply adopted "$id" "$at"
fi

printf -v now '%(%s)T' -1
if [ -d .claim ]; then
  # a node can die between the claim and its owner's name
  age=$((now - $(stat -c %Y .claim 2>/dev/null || echo "$now")))
  [ "$age" -ge "$settle" ] || { echo "a job has just claimed the attempt"; reply unknown; }
  echo "the attempt was claimed $age s ago by a job that gave no name and that the scheduler does not know"
  reply orphaned
fi
if [ "$tried" = 1 ]; then
  last=$(stat -c %Y .intent 2>/dev/null || echo 0)
  if [ $((now - last)) -lt "$settle" ]; then
    echo "what became of an earlier submission is not settled; ask again in $((settle - now + last)) s"
    reply unknown
  fi
fi
tar -x --no-same-owner -f - || reply unavailable
if [ "$tried" = 1 ]; then touch .intent; else printf '%s\n' "$now" >.intent; fi && sync .intent || reply unavailable

said=$(submit_job 2>&1)
code=$?
if [ "$code" -ne 0 ]; then
  echo "$said"
  reply failed "$code"
fi
id='' form='^@ID@'
while IFS= read -r line; do [[ $line =~ $form ]] && id=${BASH_REMATCH[0]}; done <<<"$said"
[ -n "$id" ] || { echo "no job id in the reply: $said"; reply unknown; }
receipt "$id" "$now" || echo "the receipt could not be written"
reply accepted "$id" "$now"
