#!/usr/bin/env bash
# Reads N mutated copies (default 1,000,000) of real VASP files: OUTCAR, vasprun.xml, XDATCAR, OSZICAR and CONTCAR. No reader may throw, take
# more than a second, or return a frame that is not whole.
#
#   tests/fuzz-vasp.sh [N [SEED]]
#
# Exit code 0: none did. Needs the collection of real files beside the checkout (../shared/data/vasp).
set -euo pipefail
cd "$(dirname "$0")/.."
export CAMPAIGN_MUTATIONS=${1:-1000000} CAMPAIGN_SEED=${2:-1}
dotnet build tests/Campaign.Compute.Tests -c Release -v quiet -nodeReuse:false
echo "$CAMPAIGN_MUTATIONS mutated files, seed $CAMPAIGN_SEED; $(date -u +%FT%RZ), load $(cut -d' ' -f1-3 /proc/loadavg) on $(nproc) processors"
TIMEFORMAT='%R s'
time dotnet test tests/Campaign.Compute.Tests -c Release --no-build --nologo --filter "FullyQualifiedName~MutatedFileTests" --logger "console;verbosity=normal" | grep -E 'Passed|Failed|SKIPPED|seed'
