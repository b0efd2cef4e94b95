using System.Text.Json.Nodes;
using Towpath.Aws.Ecs.TaskDefinitions;

namespace Towpath.Aws.Tests.Ecs;

/// <summary>A plan is read by more people than a container's variables are.</summary>
public sealed class DefinitionDiffTests
{
    private const string Hidden = "(not shown)";

    [Fact, Trait("Row", "C7")]
    public void Variable_that_becomes_a_secret_does_not_show_its_old_value() => Assert.Equal(
        [("environment[DB_PASSWORD]", Hidden, null), ("secrets[DB_PASSWORD]", null, "/shop/db")],
        Of("""{"environment":[{"name":"DB_PASSWORD","value":"hunter2"}],"secrets":[]}""", """{"environment":[],"secrets":[{"name":"DB_PASSWORD","valueFrom":"/shop/db"}]}""")
            .Where(d => d.Path.Contains('[', StringComparison.Ordinal)));

    [Fact, Trait("Row", "C7")]
    public void Only_what_the_spec_itself_sets_is_shown_and_never_what_stood_there() => Assert.Equal(
        [("environment[A]", Hidden, "info"), ("environment[B]", Hidden, Hidden), ("environment[C]", null, Hidden), ("environment[D]", null, "new")],
        Of(
            """{"environment":[{"name":"A","value":"old-canary"},{"name":"B","value":"old-canary"},{"name":"SAME","value":"same-canary"}]}""",
            """{"environment":[{"name":"A","value":"info"},{"name":"B","value":"new-canary"},{"name":"SAME","value":"same-canary"},{"name":"C","value":"new-canary"},{"name":"D","value":"new"}]}""",
            "A", "D"));

    [Theory]
    [InlineData("""{"environment":[{"name":"A]B","value":"canary"}]}""")]
    [InlineData("""{"environment":[{"name":"A","value":"canary","note":"canary"}]}""")]
    [InlineData("""{"environment":["canary"]}""")]
    [InlineData("""{"environment":"canary"}""")]
    public void No_odd_list_of_variables_shows_a_value(string container) =>
        Assert.DoesNotContain(Of(container, "{}").Concat(Of("{}", container)), d => $"{d.Before}{d.After}".Contains("canary", StringComparison.Ordinal));

    [Fact]
    public void Other_members_are_shown() => Assert.Equal([("image", "web:1", "web:2")], Of("""{"image":"web:1"}""", """{"image":"web:2"}"""));

    private static IEnumerable<(string Path, string? Before, string? After)> Of(string before, string after, params IEnumerable<string> variables) =>
        DefinitionDiff.Of("web", Definition(before), Definition(after), variables).Select(d => (d.Path.Replace("containerDefinitions[web].", "", StringComparison.Ordinal), d.Before, d.After));

    private static JsonObject Definition(string container)
    {
        var parsed = (JsonObject)JsonNode.Parse(container)!;
        parsed["name"] = "web";
        return new JsonObject { ["containerDefinitions"] = new JsonArray(parsed) };
    }
}
