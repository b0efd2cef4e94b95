using FsCheck;
using FsCheck.Fluent;
using Towpath.Core.Applications;
using Towpath.Core.Approvals;
using Towpath.Core.Tests.Gates;
using Xunit;

namespace Towpath.Core.Tests.Approvals;

/// <summary>Whose further approval brings a promotion nearer. Staff: bo, sam. Client: bo. Nobody wrote or requested it.</summary>
[Trait("Row", "T2")]
public sealed class TallyTests
{
    [Theory]
    [InlineData("", "bo", "client")]
    [InlineData("", "sam", "staff")]
    [InlineData("bo:staff", "bo", "client")]
    [InlineData("bo:staff", "sam", "staff")]
    [InlineData("bo:staff sam:staff", "bo", "client")]
    [InlineData("bo:staff sam:staff", "sam", null)]
    [InlineData("bo:staff bo:client", "sam", "staff")]
    [InlineData("bo:staff bo:client", "bo", null)]
    [InlineData("bo:client", "bo", null)]
    [InlineData("bo:client", "sam", "staff")]
    [InlineData("bo:client sam:staff", "sam", null)]
    public void Role_is_chosen_that_helps(string given, string user, string? expected)
    {
        var tally = Tally.Of(Scene(given, ["bo", "sam"], ["bo"]).Input);
        Assert.Equal(expected, tally.Choose(user));
    }

    [Fact]
    public void Who_counts_already_moves_only_where_nobody_else_can_come()
    {
        var scene = Scene("bo:staff", ["bo", "sam"], ["bo", "pat"]);
        var tally = Tally.Of(scene.Input);

        Assert.Equal(["pat"], tally.Best.MayAct(1));
        Assert.Null(tally.Choose("bo"));
        Assert.True(tally.Helps("bo", "client"), "bo may, when asked for by name: sam can take the other place");
    }

    [Fact]
    public void One_person_alone_never_counts_for_two_rules()
    {
        var tally = Tally.Of(Scene("bo:staff", ["bo"], ["bo"]).Input);

        Assert.Empty(tally.Best.MayAct(1));
        Assert.False(tally.Helps("bo", "client"));
    }

    [Fact]
    public void As_long_as_enough_people_exist_whoever_the_gate_names_gets_it_open()
    {
        string[] users = ["bo", "pat", "kim", "ana"];
        string[] roles = ["staff", "client", "auditor"];
        var scenes =
            from needs in Gen.ListOf(Need(roles, depth: 2))
            from members in Gen.ListOf(from user in Gen.Elements(users) from role in Gen.Elements(roles) select (user, role))
            from early in Gen.ListOf(Gen.Choose(0, 1000))
            from choices in Gen.Choose(0, int.MaxValue)
            where WaysOf(needs.Take(3)) <= 16
            select (Needs: needs.Take(3).ToList(), Members: members.Take(8).Distinct().ToList(), Early: early.Take(3).ToList(), Choices: choices);
        Prop.ForAll(Arb.From(scenes), drawn =>
        {
            var random = new Random(drawn.Choices);
            var scene = new GateScene().RequestedBy("nobody").Members([.. drawn.Members]).Needs([.. drawn.Needs]);
            foreach (var member in drawn.Members.Count == 0 ? [] : drawn.Early.Select(index => drawn.Members[index % drawn.Members.Count]))
                scene = scene.Approved(member.user, member.role);
            for (var tally = Tally.Of(scene.Input); Named(tally) is { Count: > 0 } named; tally = Tally.Of(scene.Input))
            {
                var (user, party) = named[random.Next(named.Count)];
                if (!tally.Helps(user, party) || tally.Choose(user) is null) return false;
                scene = scene.Approved(user, party);
            }

            var all = drawn.Members.Aggregate(new GateScene().RequestedBy("nobody").Members([.. drawn.Members]).Needs([.. drawn.Needs]), (s, m) => s.Approved(m.user, m.role));
            return scene.Evaluate().IsOpen == all.Evaluate().IsOpen;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));
    }

    [Fact]
    public void Tree_is_open_exactly_when_one_way_through_it_is()
    {
        string[] users = ["bo", "pat", "eva"];
        string[] roles = ["staff", "client"];
        var scenes =
            from needs in Gen.ListOf(Need(roles, depth: 3))
            from members in Gen.ListOf(from user in Gen.Elements(users) from role in Gen.Elements(roles) select (user, role))
            where WaysOf(needs.Take(3)) <= 16
            select (Needs: needs.Take(3).ToList(), Members: members.Take(6).Distinct().ToList());
        Prop.ForAll(Arb.From(scenes), drawn =>
        {
            var scene = drawn.Members.Aggregate(new GateScene().RequestedBy("nobody").Members([.. drawn.Members]).Needs([.. drawn.Needs]), (s, m) => s.Approved(m.user, m.role));
            return scene.Evaluate().IsOpen == CanBeMet([.. drawn.Needs], drawn.Members, []);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));
    }

    /// <summary>By trying everything: the first need that is left is met by one more person or branch.</summary>
    private static bool CanBeMet(ApprovalNeed[] needs, IReadOnlyList<(string User, string Role)> given, IReadOnlyList<string> taken) => needs switch
    {
        [] => true,
        [AllNeed all, .. var rest] => CanBeMet([.. all.Of, .. rest], given, taken),
        [AnyNeed any, .. var rest] => any.Of.Any(branch => CanBeMet([branch, .. rest], given, taken)),
        [ApprovalRule { Count: 0 }, .. var rest] => CanBeMet(rest, given, taken),
        [ApprovalRule rule, .. var rest] => given.Any(one => one.Role == rule.Role && !taken.Contains(one.User) && CanBeMet([rule with { Count = rule.Count - 1 }, .. rest], given, [.. taken, one.User])),
        _ => throw new InvalidOperationException("a need of no kind"),
    };

    private static long WaysOf(IEnumerable<ApprovalNeed> needs) => needs.Aggregate(1L, (ways, need) => ways * need switch
    {
        AnyNeed any => any.Of.Sum(branch => WaysOf([branch])),
        AllNeed all => WaysOf(all.Of),
        _ => 1,
    });

    private static Gen<ApprovalNeed> Need(string[] roles, int depth)
    {
        var rule = from role in Gen.Elements(roles) from count in Gen.Choose(1, 2) select (ApprovalNeed)new ApprovalRule(role, count);
        if (depth == 0) return rule;
        var branches = from count in Gen.Choose(1, 3) from needs in Gen.ListOf(Need(roles, depth - 1), count) select needs.ToList();
        return Gen.OneOf(rule, rule, from needs in branches select (ApprovalNeed)new AnyNeed(needs), from needs in branches select (ApprovalNeed)new AllNeed(needs));
    }

    private static IReadOnlyList<(string User, string Party)> Named(Tally tally) =>
        tally.IsComplete ? [] : [.. tally.Ways.SelectMany(way => Enumerable.Range(0, way.Rules.Count).SelectMany(rule => way.MayAct(rule).Select(user => (user, way.Rules[rule].Role))))];

    private static GateScene Scene(string given, string[] staff, string[] client) => given
        .Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(one => one.Split(':'))
        .Aggregate(
            new GateScene().RequestedBy("nobody").Requires(("staff", 1), ("client", 1)).Members([.. staff.Select(u => (u, "staff")), .. client.Select(u => (u, "client"))]),
            (scene, one) => scene.Approved(one[0], one[1]));
}
