using FsCheck;
using FsCheck.Fluent;
using Towpath.Core.Approvals;
using Towpath.Core.Tests.Gates;
using Xunit;

namespace Towpath.Core.Tests.Approvals;

/// <summary>Whose further approval brings a promotion nearer. Staff: bo, sam. Client: bo. Nobody wrote or requested it.</summary>
[Trait("Row", "T2")]
public sealed class TallyTests
{
    private static readonly string[] Roles = ["staff", "client"];

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
        Assert.Equal(expected, tally.Choose(user) is { } rule ? Roles[rule] : null);
    }

    [Fact]
    public void Who_counts_already_moves_only_where_nobody_else_can_come()
    {
        var scene = Scene("bo:staff", ["bo", "sam"], ["bo", "pat"]);
        var tally = Tally.Of(scene.Input);

        Assert.Equal(["pat"], tally.MayAct(1));
        Assert.Null(tally.Choose("bo"));
        Assert.True(tally.Helps("bo", 1), "bo may, when asked for by name: sam can take the other place");
    }

    [Fact]
    public void One_person_alone_never_counts_for_two_rules()
    {
        var tally = Tally.Of(Scene("bo:staff", ["bo"], ["bo"]).Input);

        Assert.Empty(tally.MayAct(1));
        Assert.False(tally.Helps("bo", 1));
    }

    [Fact]
    public void As_long_as_enough_people_exist_whoever_the_gate_names_gets_it_open()
    {
        string[] users = ["bo", "pat", "kim", "ana"];
        string[] roles = ["staff", "client", "auditor"];
        var scenes =
            from rules in Gen.ListOf(from role in Gen.Elements(roles) from count in Gen.Choose(1, 2) select (role, count))
            from members in Gen.ListOf(from user in Gen.Elements(users) from role in Gen.Elements(roles) select (user, role))
            from early in Gen.ListOf(Gen.Choose(0, 1000))
            from choices in Gen.Choose(0, int.MaxValue)
            select (Rules: rules.Take(3).ToList(), Members: members.Take(8).Distinct().ToList(), Early: early.Take(3).ToList(), Choices: choices);
        Prop.ForAll(Arb.From(scenes), drawn =>
        {
            var random = new Random(drawn.Choices);
            var scene = new GateScene().RequestedBy("nobody").Requires([.. drawn.Rules]).Members([.. drawn.Members]);
            foreach (var member in drawn.Members.Count == 0 ? [] : drawn.Early.Select(index => drawn.Members[index % drawn.Members.Count]))
                scene = scene.Approved(member.user, member.role);
            for (var tally = Tally.Of(scene.Input); Named(tally, drawn.Rules.Count) is { Count: > 0 } named; tally = Tally.Of(scene.Input))
            {
                var (user, rule) = named[random.Next(named.Count)];
                if (!tally.Helps(user, rule) || tally.Choose(user) is null) return false;
                scene = scene.Approved(user, drawn.Rules[rule].role);
            }

            var all = drawn.Members.Aggregate(new GateScene().RequestedBy("nobody").Requires([.. drawn.Rules]).Members([.. drawn.Members]), (s, m) => s.Approved(m.user, m.role));
            return scene.Evaluate().IsOpen == all.Evaluate().IsOpen;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));
    }

    private static IReadOnlyList<(string User, int Rule)> Named(Tally tally, int rules) =>
        [.. Enumerable.Range(0, rules).SelectMany(rule => tally.MayAct(rule).Select(user => (user, rule)))];

    private static GateScene Scene(string given, string[] staff, string[] client) => given
        .Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(one => one.Split(':'))
        .Aggregate(
            new GateScene().RequestedBy("nobody").Requires(("staff", 1), ("client", 1)).Members([.. staff.Select(u => (u, "staff")), .. client.Select(u => (u, "client"))]),
            (scene, one) => scene.Approved(one[0], one[1]));
}
