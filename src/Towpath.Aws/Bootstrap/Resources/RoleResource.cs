using System.Globalization;
using Towpath.Aws.Calling;
using Towpath.Aws.Iam;

namespace Towpath.Aws.Bootstrap.Resources;

/// <summary>A role with one policy of its own, <c>towpath</c>; other policies of it are left alone.</summary>
internal sealed class RoleResource(IamClient iam, AwsScope scope, RoleWish wish, TimeProvider time) : EstateResource("role", wish.Arn, wish.Arn.Split(':')[4])
{
    private const string PolicyName = "towpath";

    /// <summary>A chained session lasts an hour at most, and none needs longer.</summary>
    private const int Hour = 3600;

    /// <summary>What IAM allows the policies of one role to have together.</summary>
    private const int LongestPolicy = 10_240;

    private static readonly TimeSpan Propagates = TimeSpan.FromSeconds(30);

    private readonly string _name = wish.Arn[(wish.Arn.LastIndexOf('/') + 1)..];

    public override async Task<EstateState> LookAsync(CancellationToken cancellationToken)
    {
        if (wish.Blocked is { } blocked) return new EstateState(EstateVerb.Blocked, blocked);
        if (wish.Policy.Length > LongestPolicy)
            return new EstateState(EstateVerb.Blocked, $"its policy would have {wish.Policy.Length} characters, and IAM takes {LongestPolicy}; give some environments a role of their own");
        var role = await iam.FindRoleAsync(scope, _name, cancellationToken);
        var policy = role is null ? null : await iam.FindRolePolicyAsync(scope, _name, PolicyName, cancellationToken);
        Aspect[] aspects =
        [
            new("trust policy", role?.Trust, wish.Trust),
            new("policy", policy, wish.Policy),
            new("longest session", role?.MaxSessionDuration.ToString(CultureInfo.InvariantCulture), Hour.ToString(CultureInfo.InvariantCulture)),
        ];
        return role is null ? new EstateState(EstateVerb.Create, wish.Purpose, aspects) : EstateState.Of(aspects);
    }

    public override async Task ApplyAsync(CancellationToken cancellationToken)
    {
        var state = await LookAsync(cancellationToken);
        if (state.Verb == EstateVerb.Create)
        {
            var path = wish.Arn.Split(":role", 2)[1];
            await OncePropagatedAsync(() => iam.CreateRoleAsync(
                scope, new NewRole(_name, path[..(path.LastIndexOf('/') + 1)], wish.Trust, $"Towpath: {wish.Purpose}", Hour), cancellationToken), cancellationToken);
        }

        foreach (var aspect in state.Aspects)
            switch (aspect.Name)
            {
                case "trust policy" when state.Verb == EstateVerb.Change:
                    await OncePropagatedAsync(() => iam.PutTrustAsync(scope, _name, wish.Trust, cancellationToken), cancellationToken);
                    break;
                case "policy":
                    await iam.PutRolePolicyAsync(scope, _name, PolicyName, wish.Policy, cancellationToken);
                    break;
                case "longest session" when state.Verb == EstateVerb.Change:
                    await iam.LimitSessionAsync(scope, _name, Hour, cancellationToken);
                    break;
                default: break; // Made together with the role.
            }
    }

    /// <summary>A principal that was made a moment ago may not be known everywhere yet.</summary>
    private async Task OncePropagatedAsync(Func<Task> call, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            try
            {
                await call();
                return;
            }
            catch (AwsException e) when (e.Code == "MalformedPolicyDocument" && e.Failure.Message.Contains("principal", StringComparison.OrdinalIgnoreCase) && time.GetElapsedTime(began) < Propagates)
            {
                await Task.Delay(TimeSpan.FromSeconds(2), time, cancellationToken);
            }
        }
    }
}

/// <param name="Arn">The role.</param>
/// <param name="Purpose">For people.</param>
/// <param name="Trust">Who may assume it.</param>
/// <param name="Policy">What it may do.</param>
/// <param name="Blocked">Why it cannot be made yet, and what to do; null where it can.</param>
internal sealed record RoleWish(string Arn, string Purpose, string Trust, string Policy, string? Blocked = null);
