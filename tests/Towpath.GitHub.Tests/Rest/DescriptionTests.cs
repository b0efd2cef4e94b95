using System.Text.Json;
using Towpath.GitHub.Calling;
using Towpath.GitHub.Rest;
using Towpath.GitHub.Tests.Scene;
using Towpath.Testing;

namespace Towpath.GitHub.Tests.Rest;

/// <summary>Descriptions of statuses and deployments hold what anybody wrote.</summary>
[Trait("Attack", "markup")]
public sealed class DescriptionTests
{
    private const string Account = """{"id":12,"login":"octocat","type":"User"}""";

    public static TheoryData<string> Written => [.. Hostile.Messages, .. Hostile.Messages.Select(text => text + new string('\u00E9', 139 - text.Length % 140) + "\U0001F600 and more")];

    [Theory]
    [MemberData(nameof(Written))]
    public async Task Description_is_one_line_that_GitHub_takes_and_stays_the_same_when_it_is_told_again(string text)
    {
        var status = await SentAsync(
            $$"""{"id":1,"state":"success","context":"ci","description":null,"target_url":null,"creator":{{Account}}}""",
            (github, description, token) => new StatusesApi(github).ReportAsync(Client.Web, "a84d88e", new NewCommitStatus { State = CommitState.Failure, Context = "towpath/release/web", Description = description }, token), text);
        var deployment = await SentAsync(
            $$"""{"id":42,"sha":"a84d88e","ref":"main","task":"deploy","environment":"production","creator":{{Account}}}""",
            (github, description, token) => new DeploymentsApi(github).CreateAsync(Client.Web, new NewDeployment { Ref = "a84d88e", Environment = "production", Description = description }, token), text);
        var told = await SentAsync(
            $$"""{"id":1,"state":"failure","creator":{{Account}}}""",
            (github, description, token) => new DeploymentsApi(github).ReportAsync(Client.Web, 42, new NewDeploymentStatus { State = DeploymentState.Failure, Description = description }, token), text);

        Assert.Equal((status, status), (deployment, told));
        Assert.Null(Hostile.SteeringIn(status));
        Assert.InRange(status.Length, 1, 140);
    }

    private static async Task<string> SentAsync(string answer, Func<IGitHubClient, string, CancellationToken, Task> tell, string text)
    {
        var first = await OnceAsync(text);
        Assert.Equal(first, await OnceAsync(first));
        return first;

        async Task<string> OnceAsync(string description)
        {
            using var client = new Client(new FakeWeb(_ => new HttpResponseMessage(System.Net.HttpStatusCode.Created) { Content = new StringContent(answer) }));
            await tell(client.GitHub, description, TestContext.Current.CancellationToken);
            using var sent = JsonDocument.Parse(client.Calls[^1].Body!);
            return sent.RootElement.GetProperty("description").GetString()!;
        }
    }
}
