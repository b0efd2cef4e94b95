using Towpath.Aws.Ssm;

namespace Towpath.Aws.Ecs;

/// <summary>A reference to a secret, as a spec writes it and as ECS wants it.</summary>
internal static class EcsSecret
{
    /// <summary>What stands under <c>valueFrom</c>: the name of a parameter in the task's region, or an ARN (Amazon ECS API Reference, "Secret").</summary>
    public static string ValueFrom(string reference) => ParameterLookup.NameIn(reference) ?? reference;

    /// <summary>The parameter's name; null for a secret of AWS Secrets Manager.</summary>
    public static string? ParameterOf(string reference)
    {
        if (ParameterLookup.NameIn(reference) is { } name) return name;
        const string Marker = ":parameter";
        return reference.StartsWith("arn:", StringComparison.Ordinal) && reference.IndexOf(Marker, StringComparison.Ordinal) is > 0 and var at ? reference[(at + Marker.Length)..] : null;
    }
}
