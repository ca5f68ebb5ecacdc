#!/usr/bin/env bash
# Puts one fault at a time into a copy of the orchestrator and demands that the tests notice it. A crash test that no fault can break
# proves nothing.
#
#   tests/mutants.sh [NAME]...     those of tests/mutants/*.patch (default: all)
#
# FILTER in the environment chooses other tests than those that look at crashes and guards, or, for the patches named slurm-*, at
# submissions to a real SLURM. Exit code 0: every mutant was noticed.
set -euo pipefail
cd "$(dirname "$0")/.."
core_tests='FullyQualifiedName~TaskActorTests|FullyQualifiedName~TaskDeciderTests|FullyQualifiedName~A_campaign_with_faults'
slurm_tests='FullyQualifiedName~SubmissionFaultTests|FullyQualifiedName~SlurmSubmitTests'
for_mutant() {
  case $1 in
    slurm-*) project=tests/Campaign.System.Tests filter=${FILTER:-$slurm_tests} ;;
    *) project=tests/Campaign.Core.Tests filter=${FILTER:-$core_tests} ;;
  esac
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

git ls-files -coz --exclude-standard | xargs -0 cp --parents -t "$work"
cd "$work"
git init -q . # git apply needs to know where the tree begins

build() { dotnet build "$project" -c Release -v quiet -nodeReuse:false >"$work/build.log" 2>&1 || { tail -n 20 "$work/build.log"; return 1; }; }
run() { dotnet test "$project" -c Release --no-build --nologo --filter "$filter" --logger "console;verbosity=normal" >"$work/test.log" 2>&1; }

names=("$@")
[ ${#names[@]} -gt 0 ] || names=($(basename -s .patch tests/mutants/*.patch))
for kind in $(for name in "${names[@]}"; do case $name in slurm-*) echo slurm- ;; *) echo core ;; esac; done | sort -u); do
  for_mutant "$kind"
  build || { echo "mutants.sh: the tree does not build"; exit 1; }
  run || { grep -E '^ *Failed ' "$work/test.log"; echo "mutants.sh: the tests fail without any mutant"; exit 1; }
done

verdict=0
printf '%-22s %-8s %s\n' mutant noticed by
for name in "${names[@]}"; do
  patch="tests/mutants/$name.patch"
  for_mutant "$name"
  git apply "$patch" || { echo "$name: the patch no longer applies; make it anew" >&2; verdict=1; continue; }
  if ! build; then
    printf '%-22s %-8s %s\n' "$name" '?' 'it does not build'
    verdict=1
  elif run; then
    printf '%-22s %-8s %s\n' "$name" NO ''
    verdict=1
  else
    printf '%-22s %-8s %s\n' "$name" yes "$(grep -E '^ *Failed ' "$work/test.log" | sed -E 's/^ *Failed ([^ ]*\.)?([^ .(]+).*/\2/' | sort -u | paste -sd ' ' -)"
  fi
  git apply -R "$patch"
done
exit "$verdict"
