using System.Text.Json.Nodes;
using Towpath.Aws.Ecs.TaskDefinitions;

namespace Towpath.Aws.Tests.Ecs;

public sealed class RegistrationTests
{
    private static readonly JsonObject Running = (JsonObject)JsonNode.Parse("""
        {"taskDefinitionArn":"arn:aws:ecs:us-east-1:111111111111:task-definition/web:7","family":"web","revision":7,"status":"ACTIVE",
         "requiresAttributes":[{"name":"x"}],"compatibilities":["EC2","FARGATE"],"registeredAt":1.5,"registeredBy":"arn:aws:iam::111111111111:user/kim","deregisteredAt":2,
         "deleteRequestedAt":3,"volumes":[],"placementConstraints":[],"networkMode":"awsvpc","somethingNew":{"kept":true},
         "containerDefinitions":[
          {"name":"web","image":"web:1","entryPoint":[],"command":[],"environment":[{"name":"A","value":"1"},{"name":"OLD","value":""}],"secrets":[{"name":"PW","valueFrom":"/old"}],"mountPoints":[],"alsoNew":[1]},
          {"name":"proxy","image":"nginx:1","environment":[]}]}
        """)!;

    [Fact]
    public void What_only_describes_a_revision_is_dropped_and_everything_else_kept()
    {
        var next = Registration.Of(Running, new DefinitionChanges(new Dictionary<string, string>()));

        Assert.Equal(["family", "volumes", "placementConstraints", "networkMode", "somethingNew", "containerDefinitions"], next.Select(member => member.Key));
        Assert.Equal(Running["containerDefinitions"]!.ToJsonString(), next["containerDefinitions"]!.ToJsonString());
    }

    [Fact]
    public void Only_containers_that_get_an_image_get_variables_and_secrets()
    {
        var next = Registration.Of(Running, new DefinitionChanges(new Dictionary<string, string> { ["web"] = "web@sha256:1" })
        {
            Variables = new Dictionary<string, string> { ["A"] = "2", ["NEW"] = "3", ["PW"] = "in clear by mistake" },
            Secrets = new Dictionary<string, string> { ["PW"] = "/new", ["OLD"] = "/moved" },
        });

        Assert.Equal(
            """{"name":"web","image":"web@sha256:1","entryPoint":[],"command":[],"environment":[{"name":"A","value":"2"},{"name":"NEW","value":"3"}],"secrets":[{"name":"PW","valueFrom":"/new"},{"name":"OLD","valueFrom":"/moved"}],"mountPoints":[],"alsoNew":[1]}""",
            next["containerDefinitions"]![0]!.ToJsonString());
        Assert.Equal("""{"name":"proxy","image":"nginx:1","environment":[]}""", next["containerDefinitions"]![1]!.ToJsonString());
    }

    [Fact]
    public void Tags_are_kept_but_for_those_of_AWS_itself()
    {
        JsonObject[] before = [Tag("team", "portal"), Tag("aws:cloudformation:stack", "x"), Tag("towpath:version", "v1")];

        var tags = Registration.Tags(before, new JsonObject { ["tags"] = new JsonArray(Tag("team", "checkout")) }, new Dictionary<string, string> { ["towpath:version"] = "v2" });

        Assert.Equal("""[{"key":"team","value":"checkout"},{"key":"towpath:version","value":"v2"}]""", tags.ToJsonString());
    }

    private static JsonObject Tag(string key, string value) => new() { ["key"] = key, ["value"] = value };
}
