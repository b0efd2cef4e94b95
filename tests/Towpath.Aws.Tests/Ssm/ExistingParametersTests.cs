using System.Net;
using Towpath.Aws.Calling;
using Towpath.Aws.Ecs;
using Towpath.Aws.Limits;
using Towpath.Aws.Ssm;
using Towpath.Aws.Tests.Calling;
using Towpath.Testing;

namespace Towpath.Aws.Tests.Ssm;

public sealed class ExistingParametersTests
{
    private const string WithLevels = "arn:aws:ssm:us-east-1:111111111111:parameter/shop/dev/db-password";

    private const string WithoutLevels = "arn:aws:ssm:us-east-1:111111111111:parameter/db-password";

    [Fact]
    public async Task Every_page_of_the_answer_is_read_even_behind_an_empty_one()
    {
        var time = new VirtualTime();
        using var http = new ScriptedHttp(
            ScriptedHttp.Json(HttpStatusCode.OK, """{"Parameters":[{"Name":"/a"}],"NextToken":"2"}"""),
            ScriptedHttp.Json(HttpStatusCode.OK, """{"Parameters":[],"NextToken":"3"}"""),
            ScriptedHttp.Json(HttpStatusCode.OK, """{"Parameters":[{"Name":"/b"}]}"""));
        using var invoker = new HttpMessageInvoker(http);
        var ssm = new SsmClient(new AwsCaller(invoker, new AwsEndpoints(_ => null), new FixedKeys(), new ApiLimits(time), time));

        var found = await ssm.ExistingAsync(new AwsScope("us-east-1", null, "test"), ["/a", "/b", "/c"], TestContext.Current.CancellationToken);

        Assert.Equal(["/a", "/b"], found.Order());
        Assert.Equal(3, http.Requests.Count);
    }

    [Theory]
    [InlineData("ssm:/shop/dev/db-password", "/shop/dev/db-password")]
    [InlineData("/shop/dev/db-password", "/shop/dev/db-password")]
    [InlineData("db-password", "db-password")]
    [InlineData(WithLevels, "/shop/dev/db-password")]
    [InlineData(WithoutLevels, "/db-password db-password")]
    public void Parameter_without_levels_may_be_spelled_with_and_without_a_slash(string reference, string spellings) =>
        Assert.Equal(spellings, string.Join(' ', Assert.IsType<EcsSecret.Parameter>(EcsSecret.Of(reference)).Spellings));

    [Fact]
    public void Parameter_is_there_under_either_spelling()
    {
        var parameter = Assert.IsType<EcsSecret.Parameter>(EcsSecret.Of(WithoutLevels));
        Assert.Empty(EcsSecret.Missing([parameter], new HashSet<string> { "db-password" }));
        Assert.Empty(EcsSecret.Missing([parameter], new HashSet<string> { "/db-password" }));
        Assert.Equal([WithoutLevels], EcsSecret.Missing([parameter], new HashSet<string> { "/shop/db-password" }));
    }
}
