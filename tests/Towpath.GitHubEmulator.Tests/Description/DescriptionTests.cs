using Towpath.GitHubEmulator.Calling;
using Towpath.GitHubEmulator.Description;
using Towpath.Testing;

namespace Towpath.GitHubEmulator.Tests.Description;

/// <summary>GitHub's own description is what everything is checked against: this sees that the check sees something.</summary>
public sealed class DescriptionTests
{
    [Fact]
    public async Task Every_route_of_the_api_is_described()
    {
        var description = OpenApiDescription.Load(await DescriptionPackage.FileAsync(Checkout.Packages, TestContext.Current.CancellationToken));

        var unknown = EmulatedRoutes.All.Where(r => r.Need.Kind != NeedKind.Nothing && description.Operation(r.Name) is null).Select(r => r.Name);

        Assert.Empty(unknown);
    }
}

/// <summary>An answer that GitHub would not give is found.</summary>
public sealed class WrongAnswerTests
{
    [Theory]
    [InlineData("""{"id":1}""", "answer: url is missing")]
    [InlineData("[]", "answer: [] is no object")]
    public async Task A_wrong_answer_is_found(string json, string problem)
    {
        var description = OpenApiDescription.Load(await DescriptionPackage.FileAsync(Checkout.Packages, TestContext.Current.CancellationToken));
        var operation = description.Operation("GET /repos/{o}/{r}/deployments/{id}")!.Value;
        var schema = operation.GetProperty("responses").GetProperty("200").GetProperty("content").GetProperty("application/json").GetProperty("schema");

        Assert.Contains(problem, DescriptionCheck.ProblemsOf(description, schema, json));
    }
}
