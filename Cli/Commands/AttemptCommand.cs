using System.CommandLine;
using System.Runtime.InteropServices;
using Campaign.Actors.Jobs;
using Campaign.Cli.Help;

namespace Campaign.Cli.Commands;

/// <summary><c>campaign attempt ORDER</c>: what a batch job runs; nobody types it.</summary>
public static class AttemptCommand
{
    /// <summary>Asked to stop: the checkpoint is saved, and another job goes on.</summary>
    private const int Interrupted = 75;

    public static Command Create()
    {
        Argument<string> order = new("ORDER") { Description = "The order.json in an attempt's run directory." };
        var command = new Verb(
            "attempt", "Carry out one attempt inside a batch job. Job scripts call it; calling it by hand while a campaign runs is a mistake.",
            ["attempt campaigns/demo/runs/relax/small/u0/a1/order.json"],
            "Leaves result.json beside the order. SIGTERM makes it save its checkpoint and end with exit code 75. Exit code 0: done; 1: it failed, and result.json says how.") { order };
        command.SetAction(parsed =>
        {
            JobOrder work = JobOrder.Read(parsed.GetRequiredValue(order));
            using var stop = new CancellationTokenSource();
            void Stop(PosixSignalContext signal)
            {
                signal.Cancel = true;
                stop.Cancel();
            }
            using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
            using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
            JobResult result = JobOrderRunner.Run(work, OperationList.For(work.Campaign), TimeProvider.System, Console.Error.WriteLine, stop.Token);
            if (result.Reason is { } reason)
                Console.Error.WriteLine(reason);
            return result.How switch
            {
                "completed" => 0,
                "interrupted" => Interrupted,
                _ => 1,
            };
        });
        return command;
    }
}
