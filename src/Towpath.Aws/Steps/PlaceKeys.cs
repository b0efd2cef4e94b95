using System.Text.RegularExpressions;
using Towpath.Aws.Ssm;
using Towpath.Core.Applications.Grammar;
using Towpath.Core.Operators;

namespace Towpath.Aws.Steps;

/// <summary>Keys and texts that every target on AWS has.</summary>
public static partial class PlaceKeys
{
    public static Key Region { get; } = new("region", new Rule.Text(Expected: "an AWS region such as us-east-1") { Accepts = text => RegionName().IsMatch(text) }, "The region.", Required: true);

    public static Key Role { get; } = new(
        "role", new Rule.Text(Expected: "the ARN of a role, such as arn:aws:iam::111111111111:role/towpath-deploy") { Accepts = text => RoleArn().IsMatch(text) },
        "The role that Towpath acts as there; its own credentials if left out.");

    /// <summary>A value, or <c>ssm:/name</c> for the parameter that has it.</summary>
    public static Rule.Text OrParameter(string expected, Func<string, bool> accepts) => new(Expected: $"{expected}, or ssm:/name of the parameter that has it")
    {
        Accepts = text => ParameterLookup.NameIn(text) is { } name ? IsParameterName(name) : accepts(text),
    };

    public static Rule.Text Parameter { get; } = new(Expected: "the name of an SSM parameter such as /web/dev/version") { Accepts = IsParameterName };

    /// <summary>Whether a bucket may be called so (Amazon S3 User Guide, "General purpose bucket naming rules"). Nothing else may ever become part of a host's name.</summary>
    public static bool IsBucket(string text) => BucketName().IsMatch(text);

    /// <summary>The role, and the parameters that values refer to, held against the operator's limits.</summary>
    public static IEnumerable<string> Check(AwsPlace place, IEnumerable<string?> values, OperatorLimits limits)
    {
        if (ProjectChecks.Role(limits, place.Role) is { } problem) yield return $"`role`: {problem}";
        foreach (var name in values.Select(ParameterLookup.NameIn).OfType<string>())
            if (ProjectChecks.Parameter(limits, name) is { } refused) yield return refused;
    }

    private static bool IsParameterName(string text) => text.Length <= 1011 && ParameterName().IsMatch(text);

    [GeneratedRegex(@"\A[a-z]{2}(-[a-z]+)+-[0-9]+\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RegionName();

    [GeneratedRegex(@"\Aarn:aws(-[a-z]+)*:iam::[0-9]{12}:role/[A-Za-z0-9_+=,.@/-]+\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RoleArn();

    [GeneratedRegex(@"\A[A-Za-z0-9_./-]+\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ParameterName();

    [GeneratedRegex(@"\A(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex BucketName();
}
