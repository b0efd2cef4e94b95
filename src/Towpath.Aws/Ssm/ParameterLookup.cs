using Towpath.Aws.Calling;

namespace Towpath.Aws.Ssm;

/// <summary>Fills in values of specs that are written as <c>ssm:/name</c>; a plain value is used as it is.</summary>
public sealed class ParameterLookup(SsmClient ssm)
{
    public const string Prefix = "ssm:";

    /// <summary>The name of the parameter that a value refers to; null for a plain value.</summary>
    public static string? NameIn(string? value) => value?.StartsWith(Prefix, StringComparison.Ordinal) == true ? value[Prefix.Length..] : null;

    /// <summary>All values at once, in as few calls as they take.</summary>
    /// <param name="scope">Where, and on whose behalf.</param>
    /// <param name="values">As the spec has them, by the key that they stand under.</param>
    /// <param name="written">A parameter that deployments write, which therefore must not be a secret; null for none.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<LookedUp> ResolveAsync(AwsScope scope, IReadOnlyDictionary<string, string> values, string? written, CancellationToken cancellationToken)
    {
        var names = values.Values.Select(NameIn).Append(written).OfType<string>().ToList();
        var found = names.Count == 0 ? new Dictionary<string, SsmParameter>(StringComparer.Ordinal) : await ssm.GetAsync(scope, names, cancellationToken);
        var resolved = new Dictionary<string, string>(StringComparer.Ordinal);
        var missing = new List<string>();
        foreach (var (key, value) in values)
        {
            if (NameIn(value) is not { } name) resolved[key] = value;
            else if (found.TryGetValue(name, out var parameter) && !parameter.IsSecret) resolved[key] = parameter.Value;
            else if (parameter is not null) missing.Add($"`{key}`: {SecretParameterException.SentenceOf(name)}");
            else missing.Add($"`{key}`: there is no parameter {name} in {scope.Region}; create it there, or check `region` and the name");
        }

        if (written is not null && found.GetValueOrDefault(written) is { IsSecret: true }) missing.Add(SecretParameterException.SentenceOf(written));
        return new LookedUp(resolved, missing);
    }
}

/// <param name="Values">What was found, by key.</param>
/// <param name="Missing">A sentence for each that was not, or is a secret.</param>
public sealed record LookedUp(IReadOnlyDictionary<string, string> Values, IReadOnlyList<string> Missing);
