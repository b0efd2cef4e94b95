using System.Text.RegularExpressions;
using Towpath.Aws.Ssm;

namespace Towpath.Aws.Ecs;

/// <summary>A reference to a secret, as a spec or a task definition writes it.</summary>
internal abstract partial record EcsSecret
{
    /// <summary>What stands under <c>valueFrom</c>: the name of a parameter in the task's region, or an ARN (Amazon ECS API Reference, "Secret").</summary>
    public static string ValueFrom(string reference) => ParameterLookup.NameIn(reference) ?? reference;

    public static EcsSecret Of(string reference)
    {
        var text = ValueFrom(reference);
        if (!text.StartsWith("arn:", StringComparison.Ordinal)) return new Parameter([text], null);
        if (Arn().Match(text) is not { Success: true } arn) return new Unknown(text);
        var place = new ArnPlace(text, arn.Groups["region"].Value, arn.Groups["account"].Value);
        if (arn.Groups["secret"] is { Success: true, Value: var secret }) return new Managed(secret, place);
        var name = arn.Groups["parameter"].Value;
        return new Parameter(name.Contains('/', StringComparison.Ordinal) ? [$"/{name}"] : [$"/{name}", name], place);
    }

    /// <returns>Those of which no spelling was found.</returns>
    public static IReadOnlyList<string> Missing(IEnumerable<Parameter> parameters, IReadOnlySet<string> found) =>
        [.. parameters.Where(p => !p.Spellings.Any(found.Contains)).Select(p => p.Place?.Arn ?? p.Spellings[0])];

    /// <summary>A parameter of AWS Systems Manager.</summary>
    /// <param name="Spellings">Its name. The ARN of one without levels does not tell whether the name begins with a slash.</param>
    /// <param name="Place">Null where it is named without one: then it is the task's own.</param>
    public sealed record Parameter(IReadOnlyList<string> Spellings, ArnPlace? Place) : EcsSecret
    {
        public bool IsIn(string region) => Place is null || Place.Region == region;
    }

    /// <summary>A secret of AWS Secrets Manager.</summary>
    /// <param name="Name">As the ARN has it: with the dash and six characters that AWS appends.</param>
    /// <param name="Place">Where it is.</param>
    public sealed record Managed(string Name, ArnPlace Place) : EcsSecret;

    /// <summary>The ARN of something else.</summary>
    public sealed record Unknown(string Text) : EcsSecret;

    [GeneratedRegex(@"\Aarn:aws(-[a-z]+)*:(ssm:(?<region>[a-z0-9-]+):(?<account>[0-9]{12}):parameter/(?<parameter>[A-Za-z0-9_./-]+)|secretsmanager:(?<region>[a-z0-9-]+):(?<account>[0-9]{12}):secret:(?<secret>[A-Za-z0-9/_+=.@-]+)(:[^:]*){0,3})\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Arn();
}

/// <summary>Where an ARN says that something is.</summary>
internal sealed record ArnPlace(string Arn, string Region, string Account);
