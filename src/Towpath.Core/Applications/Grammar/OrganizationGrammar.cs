using static Towpath.Core.Applications.Grammar.Texts;

namespace Towpath.Core.Applications.Grammar;

/// <summary>The grammar of <c>organization.yaml</c>. What stands under <c>defaults</c> is checked as a part of an app spec.</summary>
public static class OrganizationGrammar
{
    private static readonly Rule.Mapping Role = new(
        new Key("teams", new Rule.ListOf(Team), "GitHub teams whose members have the role. The App must be installed in the organization."),
        new Key("users", new Rule.ListOf(Any), "Users: by GitHub login, by mail address, or as `provider:name` where a login provider's `claim` says so."),
        new Key("applications", new Rule.ListOf(Slug), "Narrows the role to these applications; all if left out."));

    public static Rule.Mapping Root { get; } = new(
        new Key("roles", new Rule.MapOf(Role, NameExpected: SlugExpected) { AcceptsName = IsSlug }, "Who is who. `viewer`, `developer` and `administrator` are built in and may be given members here."),
        new Key("defaults", new Rule.Anything(), "Any part of an app spec, merged under every application; a default environment applies to every application."),
        new Key("freezes", CalendarGrammar.OrganizationRules, "When nothing may be deployed in many places at once."),
        new Key("notify", new Rule.Anything(), "Who is told of what.", NotYet: "notifications"));
}
