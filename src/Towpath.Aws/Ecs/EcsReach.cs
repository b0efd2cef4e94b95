using Towpath.Aws.Steps;
using Towpath.Core;
using Towpath.Core.Artifacts;
using Towpath.Core.Operators;

namespace Towpath.Aws.Ecs;

/// <summary>Whether what a spec or its template refers to may be reached from its target. Each answer is null, or a sentence that says why not.</summary>
/// <param name="limits">The limits <see cref="OperatorLimits.For"/> the application's repository.</param>
/// <param name="place">Where the target is.</param>
internal sealed class EcsReach(OperatorLimits limits, AwsPlace place)
{
    private const string ObjectPrefix = ":s3:::";

    /// <summary>Who wrote the spec also runs it.</summary>
    public bool IsUnlimited => limits.Trusted;

    /// <summary>A name alone is refused, too: patterns of roles name the account.</summary>
    public string? Role(string arn) => ProjectChecks.Role(limits, arn);

    public string? LogGroup(string name) => ProjectChecks.LogGroup(limits, name);

    public string? Image(string image) => ProjectChecks.Registry(limits, InFull(ContainerReference.Split(image).Repository));

    public string? Secret(string reference) => EcsSecret.Of(reference) switch
    {
        EcsSecret.Parameter parameter => Elsewhere(parameter.Place) ?? Any(parameter.Spellings, name => ProjectChecks.Parameter(limits, name)),
        EcsSecret.Managed managed => Elsewhere(managed.Place) ?? ProjectChecks.Secret(limits, managed.Name),
        _ => IsUnlimited ? null : "this is the ARN of neither a parameter nor a secret of AWS Secrets Manager",
    };

    /// <summary>The secret with a registry's password, which may be named without ARN (Amazon ECS API Reference, "RepositoryCredentials").</summary>
    public string? Credentials(string reference) => reference.StartsWith("arn:", StringComparison.Ordinal) ? Secret(reference) : ProjectChecks.Secret(limits, reference);

    /// <param name="arn"><c>arn:aws:s3:::bucket/key</c>.</param>
    public string? Object(string arn) => arn.StartsWith("arn:", StringComparison.Ordinal) && arn.IndexOf(ObjectPrefix, StringComparison.Ordinal) is > 0 and var at
        ? ProjectChecks.Bucket(limits, arn[(at + ObjectPrefix.Length)..].Split('/')[0])
        : IsUnlimited ? null : $"'{PlainText.Of(arn, 120)}' is not the ARN of an object in a bucket";

    public string? Region(string region) => IsUnlimited || region == place.Region ? null : $"{PlainText.Of(region, 120)} is not the target's region, {place.Region}";

    private string? Elsewhere(ArnPlace? arn)
    {
        if (IsUnlimited || arn is null) return null;
        if (arn.Region != place.Region) return $"{arn.Arn} is in {arn.Region}, and `region` says {place.Region}; name one there";
        return place.Role is not null && arn.Account != place.Account ? $"{arn.Arn} belongs to the account {arn.Account}, and `role` to {place.Account}; name one there" : null;
    }

    private static string? Any(IReadOnlyList<string> names, Func<string, string?> check) => names.Any(name => check(name) is null) ? null : check(names[0]);

    /// <summary>Docker Hub may be left out of an image's name, and its own images have no owner.</summary>
    private static string InFull(string repository)
    {
        var slash = repository.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0) return $"docker.io/library/{repository}";
        var first = repository[..slash];
        return first.Contains('.', StringComparison.Ordinal) || first.Contains(':', StringComparison.Ordinal) || first == "localhost" ? repository : $"docker.io/{repository}";
    }
}
