using Towpath.AwsEmulator.Calling;
using Towpath.AwsEmulator.Estates;

namespace Towpath.AwsEmulator.Lambda;

/// <summary>The functions of one account in one region.</summary>
public sealed class LambdaRegion(Region region)
{
    private readonly SortedDictionary<string, Function> _functions = new(StringComparer.Ordinal);

    public IEnumerable<Function> Functions => _functions.Values;

    public string ArnOf(string function) => region.Arn("lambda", $"function:{function}");

    public Function? Find(string name) => _functions.GetValueOrDefault(name);

    public void Add(Function function) => _functions[function.Name] = function;

    public void Remove(string name) => _functions.Remove(name);

    /// <summary>The function that a call names: by name, ARN or a part of it, with or without a qualifier.</summary>
    public (Function Function, string? Qualifier) Named(string given, string? qualifier)
    {
        var parts = given.Split(':');
        var at = Array.IndexOf(parts, "function");
        var name = at >= 0 ? parts[at + 1] : parts[0];
        var inName = at >= 0 ? parts.ElementAtOrDefault(at + 2) : parts.ElementAtOrDefault(1);
        var elsewhere = given.StartsWith("arn:", StringComparison.Ordinal) && !given.StartsWith(ArnOf(name), StringComparison.Ordinal);
        var found = elsewhere ? null : Find(name);
        return (found ?? throw NotFound(elsewhere ? given : ArnOf(name)), qualifier ?? inName);
    }

    internal static AwsFault NotFound(string arn) => new("ResourceNotFoundException", $"Function not found: {arn}", StatusCodes.Status404NotFound);
}
