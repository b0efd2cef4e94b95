using System.Text;
using Towpath.AwsEmulator.Calling;
using Towpath.AwsEmulator.Calling.Policies;

namespace Towpath.AwsEmulator.S3;

/// <summary>What a bucket's own policy says; callers of other accounts need its permission.</summary>
internal static class BucketPolicy
{
    private static readonly Dictionary<string, string> Facts = new(StringComparer.Ordinal) { ["aws:SecureTransport"] = "true" };

    public static void Check(Bucket bucket, Caller caller, IEnumerable<NeededPermission> needs)
    {
        var own = caller.Account == bucket.Account;
        if (!bucket.Configurations.TryGetValue("policy", out var text))
        {
            if (!own) throw S3Fault.AccessDenied();
            return;
        }

        var statements = PolicyDocument.Parse(Encoding.UTF8.GetString(text)).Statements.Where(s => Names(s, caller)).ToList();
        foreach (var need in needs)
            switch (PolicyDecision.Decide(statements, need.Action, need.Resource, Facts))
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
