using System.CommandLine;
using Towpath.Cli.Output;

namespace Towpath.Cli.CommandLine;

/// <summary>One command: its options are its fields, its work is <see cref="RunAsync"/>, and it documents itself.</summary>
internal abstract class Verb : Command
{
    protected Verb(string name, string description)
        : base(name, description) => SetAction(InvokeAsync);

    /// <summary>Whole calls, shown before anything else in its help. Each is parsed by a test.</summary>
    public abstract IReadOnlyList<string> Examples { get; }

    /// <summary>What <c>--json</c> prints, in words, for help and the reference page.</summary>
    public abstract string JsonValue { get; }

    protected abstract Task<int> RunAsync(Call call, CancellationToken cancellationToken);

    private async Task<int> InvokeAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var call = new Call(parsed, Terminal.OfProcess(parsed.GetValue(Globals.Json), parsed.GetValue(Globals.NoColor)));
        try
        {
            return await RunAsync(call, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return call.Fail(new Failure(ExitCodes.Interrupted, "interrupted", "interrupted"));
        }
#pragma warning disable CA1031 // The edge of the process: whatever was not expected becomes a message and an exit code.
        catch (Exception exception) when (exception is not IOException { HResult: Terminal.BrokenPipe })
#pragma warning restore CA1031
        {
            return call.Fail(Failure.Of(exception));
        }
    }
}
