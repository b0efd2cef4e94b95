using Towpath.Aws.Bootstrap.Policies;
using Towpath.Aws.Ssm;

namespace Towpath.Aws.Bootstrap;

/// <summary>Reading the parameters that settings refer to, and writing the one that records what is deployed.</summary>
public static class ParameterAccess
{
    /// <param name="region">The region.</param>
    /// <param name="account">The account.</param>
    /// <param name="settings">Values of the spec, of which those that refer to parameters count.</param>
    /// <param name="written">The name of the parameter that deployments write; null for none.</param>
    public static IEnumerable<PolicyStatement> Of(string region, string account, IEnumerable<string?> settings, string? written)
    {
        string[] read = [.. settings.Select(ParameterLookup.NameIn).OfType<string>(), .. written is null ? [] : new[] { written }];
        if (read.Length > 0) yield return PolicyStatement.Allow(["ssm:GetParameters"], read.Select(name => ArnOf(region, account, name)));
        if (written is not null) yield return PolicyStatement.Allow(["ssm:PutParameter"], ArnOf(region, account, written));
    }

    public static string ArnOf(string region, string account, string name) => $"arn:aws:ssm:{region}:{account}:parameter/{name.TrimStart('/')}";
}
