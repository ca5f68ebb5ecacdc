using System.ComponentModel;
using System.Diagnostics;
using Campaign.Compute.Learning.DeepPotSe;
using Campaign.Compute.Learning.Interchange;
using Campaign.Files;

namespace Campaign.Cli.Tools;

/// <summary>Models as LAMMPS reads them (<c>pair_style deepmd</c>), which DeePMD-kit's own <c>dp convert-backend</c> makes of the neutral form, and back.</summary>
/// <param name="program">How dp is called.</param>
internal sealed class BackendConversion(string program)
{
    private const int ShownLines = 5;

    /// <summary>Whether a name is that of a model of one backend: TorchScript or a TensorFlow graph.</summary>
    public static bool IsOfBackend(string path) => Path.GetExtension(path).ToLowerInvariant() is ".pth" or ".pb";

    /// <summary>Writes a model for LAMMPS; the file appears whole or not at all.</summary>
    /// <exception cref="IOException">dp is not there, or failed; the message says what it said.</exception>
    public void Freeze(DeepPotential model, string target)
    {
        string neutral = Beside(target, ".dp"), frozen = Beside(target, Path.GetExtension(target));
        try
        {
            DeepPotentialFile.Write(model, neutral);
            Run(neutral, frozen);
            AtomicFile.Rename(frozen, target);
        }
        finally
        {
            File.Delete(neutral);
            File.Delete(frozen);
        }
    }

    /// <summary>Reads a model of one backend.</summary>
    /// <exception cref="IOException">dp is not there, or failed; the message says what it said.</exception>
    /// <exception cref="FormatException">It is another kind of model than this program knows.</exception>
    public DeepPotential Read(string path)
    {
        string folder = Directory.CreateTempSubdirectory("campaign-convert-").FullName, neutral = Path.Combine(folder, "model.dp");
        try
        {
            Run(Path.GetFullPath(path), neutral);
            return DeepPotentialFile.Read(neutral);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private void Run(string from, string to)
    {
        var said = new Queue<string>();
        int code;
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, ["convert-backend", from, to])
            {
                RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, UseShellExecute = false,
            })!;
            process.StandardInput.Close();
            process.OutputDataReceived += (_, e) => Keep(e.Data);
            process.ErrorDataReceived += (_, e) => Keep(e.Data);
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            process.WaitForExit();
            code = process.ExitCode;
        }
        catch (Win32Exception e)
        {
            throw new IOException(
                $"'{program}' of DeePMD-kit, which makes {Path.GetExtension(to)} of a model, cannot be started: {e.Message}. Put dp of version 3 on PATH, name it with --dp PROGRAM, "
                + "or write a .dp file here and run 'dp convert-backend model.dp model.pth' where DeePMD-kit is installed.", e);
        }
        if (code != 0 || !File.Exists(to))
            throw new IOException($"'{program} convert-backend' {(code == 0 ? "wrote nothing" : $"ended with code {code}")}. It said last:\n{string.Join('\n', said)}\n"
                + "Version 3 is needed, with PyTorch for .pth and TensorFlow for .pb ('dp --version').");

        void Keep(string? line)
        {
            lock (said)
            {
                if (string.IsNullOrWhiteSpace(line))
                    return;
                said.Enqueue("  " + line);
                if (said.Count > ShownLines)
                    said.Dequeue();
            }
        }
    }

    /// <summary>A name of our own beside a file: dp goes by the suffix.</summary>
    private static string Beside(string path, string suffix)
    {
        string full = Path.GetFullPath(path);
        return Path.Combine(Path.GetDirectoryName(full)!, $".{Path.GetFileNameWithoutExtension(full)}.{Environment.ProcessId}{suffix}");
    }
}
