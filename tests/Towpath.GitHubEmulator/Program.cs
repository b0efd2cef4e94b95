using System.Runtime.InteropServices;
using Towpath.GitHubEmulator;

CommandLine command;
try
{
    command = CommandLine.Parse(args);
}
catch (FormatException wrong)
{
    Console.Error.WriteLine(wrong.Message);
    Console.Error.WriteLine(CommandLine.Usage);
    return 2;
}

using var end = new CancellationTokenSource();
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
await using var emulator = await Emulator.StartAsync(command.Options, end.Token);
Console.WriteLine($"listening on {emulator.Url.GetLeftPart(UriPartial.Authority)}");
try
{
    if (command.UntilStandardInputCloses) await Console.OpenStandardInput().CopyToAsync(Stream.Null, end.Token);
    else await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, end.Token);
}
catch (OperationCanceledException)
{
    // Asked to end.
}

return 0;

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    end.Cancel();
}
