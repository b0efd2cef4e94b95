using FsCheck;
using FsCheck.Fluent;
using Towpath.Core.Approvals;
using Towpath.Core.Tests.Gates;
using Xunit;

namespace Towpath.Core.Tests.Approvals;

[Trait("Row", "T1")]
public sealed class ApprovalRulesTests
{
    [Theory]
    [InlineData("bo", null)]
    [InlineData("kim", "requested it")]
    [InlineData("Kim", "requested it")]
    [InlineData("ana", "wrote the commit")]
    public void Nobody_approves_what_they_requested_or_wrote(string user, string? why)
    {
        var reason = ApprovalRules.WhyNot(user, new GateScene().Input);
        if (why is null) Assert.Null(reason);
        else Assert.StartsWith(why, reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bo")]
    [InlineData("Bo")]
    public void Nobody_approves_what_they_pushed_under_the_name_of_another(string user)
    {
        var input = new GateScene().Requires(("staff", 1)).RequestedBy("github-actions:acme/web", "ana").Hands("bo").Input;
        Assert.StartsWith("pushed, built or published it", ApprovalRules.WhyNot(user, input), StringComparison.Ordinal);
        Assert.DoesNotContain("bo", Tally.Of(input).Best.MayAct(0));
    }

    [Theory]
    [InlineData("v1", "policy-1", "another artifact")]
    [InlineData("v2", "policy-0", "policy changed")]
    public void Approval_is_void_for_other_bytes_and_under_another_policy(string version, string policy, string why)
    {
        var input = new GateScene().Requires(("staff", 1)).Approved("bo", "staff", version, policy).Input;
        Assert.Contains(why, ApprovalRules.WhyVoid(input.Approvals[0], input), StringComparison.Ordinal);
    }

    [Fact]
    public void Gate_is_open_exactly_when_enough_different_people_can_be_assigned_to_the_rules()
    {
        string[] users = ["bo", "pat", "kim", "ana"];
        string[] roles = ["staff", "client", "auditor"];
        var scenes =
            from rules in Gen.ListOf(from role in Gen.Elements(roles) from count in Gen.Choose(1, 2) select (role, count))
            from approvals in Gen.ListOf(from user in Gen.Elements(users) from role in Gen.Elements(roles) select (user, role))
            select (Rules: rules.Take(3).ToList(), Approvals: approvals.Take(6).ToList());
        Prop.ForAll(Arb.From(scenes), drawn =>
        {
            var scene = drawn.Approvals.Aggregate(
                new GateScene().RequestedBy("nobody").Requires([.. drawn.Rules]), (s, a) => s.Approved(a.user, a.role));
            var input = scene.Input;
            var able = input.Approvals.Where(a => ApprovalRules.WhyVoid(a, input) is null).Select(a => (a.User, a.Role)).ToHashSet();
            var seats = drawn.Rules.SelectMany(r => Enumerable.Repeat(r.role, r.count)).ToList();
            return scene.Evaluate().IsOpen == CanSeat(seats, able, []);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }

    /// <summary>By trying everything.</summary>
    private static bool CanSeat(IReadOnlyList<string> seats, IReadOnlySet<(string User, string Role)> able, HashSet<string> taken)
    {
        if (taken.Count == seats.Count) return true;
        foreach (var (user, role) in able)
        {
            if (role != seats[taken.Count] || !taken.Add(user)) continue;
            if (CanSeat(seats, able, taken)) return true;
            taken.Remove(user);
        }

        return false;
    }
}
