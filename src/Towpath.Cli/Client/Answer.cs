using System.Diagnostics.CodeAnalysis;
using Towpath.Cli.Output;

namespace Towpath.Cli.Client;

/// <summary>What the control plane answered: a value, or why not.</summary>
internal sealed record Answer<T>(T? Value, Failure? Failure)
    where T : class
{
    public bool Is([NotNullWhen(true)] out T? value, [NotNullWhen(false)] out Failure? failure)
    {
        (value, failure) = (Value, Failure);
        return value is not null;
    }
}
