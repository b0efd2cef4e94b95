using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Towpath.AwsEmulator.Calling;

namespace Towpath.AwsEmulator.Protocols;

/// <summary>The flattened parameters of a query call: <c>Tags.member.1.Key=…</c>.</summary>
public sealed class QueryInput(IReadOnlyDictionary<string, string> values)
{
    public static QueryInput Of(EmulatorCall call)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in call.Http.Request.Query) values[name] = value.ToString();
        using var form = new FormReader(Encoding.UTF8.GetString(call.Body.Span)) { ValueLengthLimit = 1 << 20 };
        foreach (var (name, value) in form.ReadForm()) values[name] = value.ToString();
        return new QueryInput(values);
    }

    public string? Get(string name) => values.GetValueOrDefault(name);

    public string Required(string name) => Get(name) is { Length: > 0 } value
        ? value
        : throw new AwsFault("ValidationError", $"1 validation error detected: Value null at '{char.ToLowerInvariant(name[0])}{name[1..]}' failed to satisfy constraint: Member must not be null");

    /// <summary>The strings of a list, in order; <c>member</c> may be named otherwise.</summary>
    public IReadOnlyList<string> List(string name) => [.. Items(name).Select(i => i.Get("") ?? "")];

    /// <summary>The structures of a list, in order.</summary>
    public IReadOnlyList<QueryInput> Items(string name)
    {
        var items = new SortedDictionary<int, Dictionary<string, string>>();
        foreach (var (key, value) in values)
        {
            if (!key.StartsWith(name + ".", StringComparison.Ordinal)) continue;
            var rest = key[(name.Length + 1)..];
            if (rest.StartsWith("member.", StringComparison.Ordinal)) rest = rest["member.".Length..];
            var parts = rest.Split('.', 2);
            if (!int.TryParse(parts[0], out var index)) continue;
            if (!items.TryGetValue(index, out var item)) items[index] = item = new Dictionary<string, string>(StringComparer.Ordinal);
            item[parts.Length > 1 ? parts[1] : ""] = value;
        }

        return [.. items.Values.Select(i => new QueryInput(i))];
    }
}
