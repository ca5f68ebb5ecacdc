using System.ComponentModel;
using System.Diagnostics;

namespace Campaign.Compute.Engines.Scheduling.Transports;

/// <summary>Runs programs on this machine, as on a login node.</summary>
public sealed class DirectTransport : ICommandRunner
{
    public CommandResult Run(IReadOnlyList<string> command, ReadOnlyMemory<byte> input, TimeSpan limit, CancellationToken ct) =>
        ProcessRun.Run(command, input, limit, ct);
}

/// <summary>A process of this machine, from its start to its end.</summary>
internal static class ProcessRun
{
    /// <summary>More output than that is no answer of a scheduler.</summary>
    private const int OutputLimit = 64 * 1024 * 1024;

    public static CommandResult Run(IReadOnlyList<string> command, ReadOnlyMemory<byte> input, TimeSpan limit, CancellationToken ct) =>
        RunAsync(command, input, limit, ct).GetAwaiter().GetResult();

    private static async Task<CommandResult> RunAsync(IReadOnlyList<string> command, ReadOnlyMemory<byte> input, TimeSpan limit, CancellationToken ct)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(ct);
        time.CancelAfter(limit);
        using Process process = Start(command);
        try
        {
            Task writing = Write(process, input, time.Token);
            Task<byte[]> output = Read(process.StandardOutput.BaseStream, command[0], time.Token);
            Task<byte[]> error = Read(process.StandardError.BaseStream, command[0], time.Token);
            await foreach (Task part in Task.WhenEach(writing, output, error, process.WaitForExitAsync(time.Token)).ConfigureAwait(false))
                await part.ConfigureAwait(false); // the first that fails ends the wait for the others
            return new CommandResult(process.ExitCode, await output.ConfigureAwait(false), System.Text.Encoding.UTF8.GetString(await error.ConfigureAwait(false)));
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw new SchedulerUnavailableException($"{command[0]} did not end within {limit.TotalSeconds:0} s.", e);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    private static Process Start(IReadOnlyList<string> command)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1)) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new SchedulerUnavailableException($"{command[0]} could not be started on this machine: {e.Message}.", e);
        }
    }

    private static async Task Write(Process process, ReadOnlyMemory<byte> input, CancellationToken ct)
    {
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(input, ct).ConfigureAwait(false);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // the program ended before it had read everything: its exit code tells
        }
    }

    /// <exception cref="SchedulerUnavailableException">There is no end to it.</exception>
    public static async Task<byte[]> Read(Stream stream, string program, CancellationToken ct)
    {
        using var bytes = new MemoryStream();
        byte[] buffer = new byte[64 * 1024];
        int read;
        while ((read = await stream.ReadAsync(buffer, ct).ConfigureAwait(false)) > 0)
        {
            if (bytes.Length + read > OutputLimit)
                throw new SchedulerUnavailableException($"{program} printed more than {OutputLimit / 1024 / 1024} MiB.");
            bytes.Write(buffer, 0, read);
        }
        return bytes.ToArray();
    }
}
