using Towpath.AwsEmulator.Calling;
using Towpath.AwsEmulator.Ecr;
using Towpath.AwsEmulator.Ecr.Lifecycle;
using Towpath.AwsEmulator.Estates;
using Towpath.Testing;

namespace Towpath.AwsEmulator.Tests.Ecr;

public sealed class LifecyclePolicyTests
{
    [Theory]
    [InlineData("[]", "at least one rule")]
    [InlineData("[ANY1,TAGGED2]", "lowest priority")]
    [InlineData("[TAGGED1,TAGGED1]", "unique")]
    [InlineData("[NOTAGS1]", "must be specified when tagStatus is 'tagged'")]
    [InlineData("[MANY]", "more than 50 rules")]
    public void A_policy_that_contradicts_itself_is_refused(string rules, string why)
    {
        var refused = Assert.Throws<AwsFault>(() => LifecyclePolicy.Read($$"""{"rules":{{Write(rules)}}}"""));

        Assert.Equal("InvalidParameterException", refused.Code);
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_pattern_of_a_rule_must_match_one_of_the_tags()
    {
        var repository = Make(out _, ("a", ["prod-1", "sha-1"]), ("b", ["prod-2"]), ("c", ["sha-3"]));

        var expiring = LifecyclePolicy.Read(Rule("""["prod-*","sha-*"]""", 0)).Expiring(repository, repository.CreatedAt);

        Assert.Empty(expiring);
        expiring = LifecyclePolicy.Read(Rule("""["prod*","*-1"]""", -1)).Expiring(repository, repository.CreatedAt.AddDays(2));
        Assert.Equal([["prod-1", "sha-1"]], expiring.Select(each => repository.TagsOf(each.Image.Digest)));
    }

    [Fact]
    public void A_rule_takes_an_image_from_the_rules_after_it_and_an_index_protects_its_manifests()
    {
        var repository = Make(out var time, ("old", ["keep-1"]), ("child", []));
        repository.Put(EcrScene.Index(repository.Images.First(image => repository.TagsOf(image.Digest).Count == 0).Digest), EcrScene.IndexType, "multi");
        time.Advance(TimeSpan.FromDays(100));
        repository.Registry.Region.Estate.Change(_ => { });

        var policy = LifecyclePolicy.Read($$"""{"rules":{{Write("""[{"rulePriority":1,"selection":{"tagStatus":"tagged","tagPrefixList":["keep-"],"countType":"imageCountMoreThan","countNumber":9},"action":{"type":"expire"}},{"rulePriority":2,"selection":{"tagStatus":"any","countType":"sinceImagePushed","countUnit":"days","countNumber":30},"action":{"type":"expire"}}]""")}}}""");

        Assert.Equal([["multi"]], policy.Expiring(repository, repository.Registry.Region.Now).Select(each => repository.TagsOf(each.Image.Digest)));
    }

    private static string Write(string rules) => rules
        .Replace("ANY1", One(1, """ "tagStatus":"any" """), StringComparison.Ordinal)
        .Replace("NOTAGS1", One(1, """ "tagStatus":"tagged" """), StringComparison.Ordinal)
        .Replace("TAGGED1", One(1, """ "tagStatus":"tagged","tagPrefixList":["v"] """), StringComparison.Ordinal)
        .Replace("TAGGED2", One(2, """ "tagStatus":"tagged","tagPrefixList":["v"] """), StringComparison.Ordinal)
        .Replace("MANY", string.Join(',', Enumerable.Range(1, 51).Select(i => One(i, """ "tagStatus":"tagged","tagPrefixList":["v"] """))), StringComparison.Ordinal);

    private static string One(int priority, string selection) =>
        $$$"""{"rulePriority":{{{priority}}},"selection":{{{{selection}}},"countType":"imageCountMoreThan","countNumber":1},"action":{"type":"expire"}}""";

    /// <summary>Of images with these patterns: more than so many, or with -1 older than a day.</summary>
    private static string Rule(string patterns, int count) =>
        $$$"""{"rules":[{"rulePriority":1,"selection":{"tagStatus":"tagged","tagPatternList":{{{patterns}}},{{{(count < 0 ? "\"countType\":\"sinceImagePushed\",\"countUnit\":\"days\",\"countNumber\":1" : "\"countType\":\"imageCountMoreThan\",\"countNumber\":1")}}}},"action":{"type":"expire"}}]}""";

    private static Repository Make(out VirtualTime time, params (string Content, string[] Tags)[] images)
    {
        time = new VirtualTime();
        var repository = new Estate(time).In("111111111111", "us-east-1").Ecr.Create("web")!;
        foreach (var (content, tags) in images)
        {
            var image = EcrSeed.Image(repository, null, content);
            foreach (var tag in tags) repository.Put(image.Manifest, image.MediaType, tag);
        }
        return repository;
    }
}
