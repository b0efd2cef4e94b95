using System.Text.Json.Nodes;

namespace Towpath.AwsEmulator.Ssm;

/// <summary>One filter of DescribeParameters: by name, path, type or tag.</summary>
internal sealed record ParameterFilter(string Key, string Option, IReadOnlyList<string> Values)
{
    public static IReadOnlyList<ParameterFilter> ListOf(JsonObject input) =>
    [
        .. (input["ParameterFilters"] as JsonArray ?? []).Select(f => new ParameterFilter(
            (string)f!["Key"]!, (string?)f["Option"] ?? "Equals", [.. (f["Values"] as JsonArray ?? []).Select(v => (string)v!)])),
        .. (input["Filters"] as JsonArray ?? []).Select(f => new ParameterFilter(
            (string)f!["Key"]!, "BeginsWith", [.. (f["Values"] as JsonArray ?? []).Select(v => (string)v!)])),
    ];

    public bool Passes(EmulatedParameter parameter) => Key switch
    {
        "Name" => Values.Any(v => Option switch
        {
            "BeginsWith" => parameter.Name.StartsWith(v, StringComparison.Ordinal),
            "Contains" => parameter.Name.Contains(v, StringComparison.Ordinal),
            _ => parameter.Name == v,
        }),
        "Path" => Values.Any(v => IsUnder(parameter.Name, v.TrimEnd('/') + "/")),
        "Type" => Values.Contains(parameter.Newest.Type, StringComparer.Ordinal),
        _ when Key.StartsWith("tag:", StringComparison.Ordinal) =>
            parameter.Tags.TryGetValue(Key[4..], out var tag) && (Values.Count == 0 || Values.Contains(tag, StringComparer.Ordinal)),
        _ => true,
    };

    private bool IsUnder(string name, string path) =>
        name.StartsWith(path, StringComparison.Ordinal) && (Option == "Recursive" || !name[path.Length..].Contains('/', StringComparison.Ordinal));
}
