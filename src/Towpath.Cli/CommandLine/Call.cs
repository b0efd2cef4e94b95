using System.CommandLine;
using System.Text.Json.Serialization.Metadata;
using Towpath.Cli.Output;

namespace Towpath.Cli.CommandLine;

/// <summary>One invocation: what was asked and where answers go.</summary>
internal sealed class Call(ParseResult parsed, Terminal terminal)
{
    public Terminal Terminal => terminal;

    public TimeProvider Time { get; } = TimeProvider.System;

    public T? Get<T>(Option<T> option) => parsed.GetValue(option);

    public T? Get<T>(Argument<T> argument) => parsed.GetValue(argument);

    /// <summary>A duration such as <c>2h</c>; its validator has run already.</summary>
    public TimeSpan? GetDuration(Option<string> option) => Durations.TryParse(parsed.GetValue(option), out var duration) ? duration : null;

    /// <summary>The one result on stdout: JSON where it was asked for, else lines for people.</summary>
    public int Done<T>(T value, JsonTypeInfo<T> type, Action<TextWriter> plain, int exitCode = ExitCodes.Done)
    {
        terminal.Result(value, type, plain);
        return exitCode;
    }

    /// <summary>Says what went wrong, to people on stderr and with <c>--json</c> as a value on stdout, too.</summary>
    public int Fail(Failure failure)
    {
        terminal.Fail(failure);
        return failure.ExitCode;
    }
}
