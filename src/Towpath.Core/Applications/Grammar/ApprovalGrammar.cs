using static Towpath.Core.Applications.Grammar.Texts;

namespace Towpath.Core.Applications.Grammar;

/// <summary>The grammar of approvals: rules in a tree of <c>any</c> and <c>all</c>.</summary>
public static class ApprovalGrammar
{
    /// <summary>In one environment, however they are nested.</summary>
    public const int MostRules = 20;

    /// <summary>In how many ways they may be complete: each is counted at every look.</summary>
    public const int MostWays = 16;

    public static Rule.Mapping Need { get; } = new(
        new Key("role", Any, "Somebody of a role of `organization.yaml`, or of a built-in one."),
        new Key("team", Team, "Somebody of a GitHub team. Its members may look at the application and approve, without any other role."),
        new Key("user", User, "This person, who may look at the application and approve, without any role."),
        new Key("count", new Rule.Number(1, 100), "With `role` and `team`: how many people; 1 if left out."),
        new Key("any", Branches, "One of these is enough."),
        new Key("all", Branches, "All of these; for a branch of `any`."))
    {
        ExactlyOneOf = ["role", "team", "user", "any", "all"],
    };

    public static Rule.Mapping Terms { get; } = new(
        new Key("self", new Rule.Toggle(), "Whether who asked for a deployment, wrote its commit or had a hand in it may approve it, too. Default `false`."),
        new Key("expires", new Rule.Duration(), "For how long an approval counts. If left out, as long as artifact and policy stay the same."));

    private static Rule.ListOf Branches => new(new Rule.Again(() => Need, "as an item of `approvals`")) { MinimumCount = 1, MaximumCount = MostRules };
}
