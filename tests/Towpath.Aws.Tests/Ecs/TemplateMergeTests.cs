using System.Text.Json.Nodes;
using Towpath.Aws.Ecs.TaskDefinitions;

namespace Towpath.Aws.Tests.Ecs;

public sealed class TemplateMergeTests
{
    public static TheoryData<string, string, string, string> Cases => new()
    {
        { "the application wins", """{"cpu":"256","memory":"512"}""", """{"cpu":"1024"}""", """{"cpu":"1024","memory":"512"}""" },
        {
            "containers are merged by name, in the infrastructure's order",
            """{"containerDefinitions":[{"name":"proxy","image":"nginx:1"},{"name":"web","image":"web:1","cpu":10}]}""",
            """{"containerDefinitions":[{"name":"web","cpu":20},{"name":"cron","image":"cron:1"}]}""",
            """{"containerDefinitions":[{"name":"proxy","image":"nginx:1"},{"name":"web","image":"web:1","cpu":20},{"name":"cron","image":"cron:1"}]}"""
        },
        {
            "variables by name",
            """{"containerDefinitions":[{"name":"web","environment":[{"name":"A","value":"1"},{"name":"B","value":"2"}]}]}""",
            """{"containerDefinitions":[{"name":"web","environment":[{"name":"B","value":"3"},{"name":"C","value":""}]}]}""",
            """{"containerDefinitions":[{"name":"web","environment":[{"name":"A","value":"1"},{"name":"B","value":"3"},{"name":"C","value":""}]}]}"""
        },
        {
            "ports by number and protocol, tcp being the usual one",
            """{"portMappings":[{"containerPort":80,"protocol":"tcp"},{"containerPort":80,"protocol":"udp"}]}""",
            """{"portMappings":[{"containerPort":80,"name":"http"}]}""",
            """{"portMappings":[{"containerPort":80,"protocol":"tcp","name":"http"},{"containerPort":80,"protocol":"udp"}]}"""
        },
        { "a list of plain values is one value", """{"command":["run","--old"]}""", """{"command":["serve"]}""", """{"command":["serve"]}""" },
        { "null removes", """{"cpu":"256","ipcMode":"host"}""", """{"ipcMode":null}""", """{"cpu":"256"}""" },
        { "empty values that mean something stay", """{"entryPoint":["x"]}""", """{"entryPoint":[]}""", """{"entryPoint":[]}""" },
        { "mappings go deep", """{"logConfiguration":{"logDriver":"awslogs","options":{"a":"1","b":"2"}}}""", """{"logConfiguration":{"options":{"b":"3"}}}""", """{"logConfiguration":{"logDriver":"awslogs","options":{"a":"1","b":"3"}}}""" },
        { "what Towpath does not know is kept and taken", """{"newThing":{"x":1}}""", """{"newerThing":[{"y":2}]}""", """{"newThing":{"x":1},"newerThing":[{"y":2}]}""" },
        { "nothing in nulls of new entries", "{}", """{"containerDefinitions":[{"name":"a","cpu":null}]}""", """{"containerDefinitions":[{"name":"a"}]}""" },
    };

    [Theory, MemberData(nameof(Cases)), Trait("Row", "P8")]
    public void Template_is_merged_and_wins(string name, string under, string over, string expected) =>
        Assert.Equal((name, Parse(expected).ToJsonString()), (name, TemplateMerge.Merge(Parse(under), Parse(over)).ToJsonString()));

    [Fact]
    public void Merging_changes_neither_of_the_two()
    {
        var (under, over) = (Parse("""{"environment":[{"name":"A","value":"1"}]}"""), Parse("""{"environment":[{"name":"A","value":"2"}]}"""));

        TemplateMerge.Merge(under, over);

        Assert.Equal("""{"environment":[{"name":"A","value":"1"}]}""", under.ToJsonString());
        Assert.Equal("""{"environment":[{"name":"A","value":"2"}]}""", over.ToJsonString());
    }

    private static JsonObject Parse(string json) => (JsonObject)JsonNode.Parse(json)!;
}
