using System.Text;
using Towpath.AwsEmulator.Calling;
using Towpath.AwsEmulator.Calling.Policies;

namespace Towpath.AwsEmulator.S3;

/// <summary>What a bucket's own policy says; callers of other accounts need its permission.</summary>
internal static class BucketPolicy
{
    public static void Check(Bucket bucket, Caller caller, string organization, IEnumerable<NeededPermission> needs)
    {
        var own = caller.Account == bucket.Account;
        if (!bucket.Configurations.TryGetValue("policy", out var text))
        {
            if (!own) throw S3Fault.AccessDenied();
            return;
        }

        var statements = PolicyDocument.Parse(Encoding.UTF8.GetString(text)).Statements.Where(s => Names(s, caller)).ToList();
        // A policy that wants HTTPS is taken as fulfilled: the emulator has none.
        var facts = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["aws:SecureTransport"] = "true", ["aws:PrincipalOrgID"] = organization, ["aws:PrincipalAccount"] = caller.Account,
            ["aws:PrincipalArn"] = caller.RoleArn ?? caller.Arn,
        };
        // What concerns another bucket, such as a copy's source, is that bucket's business.
        foreach (var need in needs.Where(n => n.Resource == $"arn:aws:s3:::{bucket.Name}" || n.Resource?.StartsWith($"arn:aws:s3:::{bucket.Name}/", StringComparison.Ordinal) == true))
            switch (PolicyDecision.Decide(statements, need.Action, need.Resource, facts))
            {
                case Decision.ExplicitlyDenied:
                case Decision.NotAllowed when !own:
                    throw S3Fault.AccessDenied();
                case Decision.Allowed or Decision.NotAllowed:
                    break;
            }
    }

    private static bool Names(PolicyStatement statement, Caller caller) =>
        statement.Principals.ContainsKey("*")
        || (statement.Principals.GetValueOrDefault("AWS") ?? []).Any(p =>
            p == "*" || p == caller.Account || p == $"arn:aws:iam::{caller.Account}:root" || p == caller.Arn || p == caller.RoleArn);
}
