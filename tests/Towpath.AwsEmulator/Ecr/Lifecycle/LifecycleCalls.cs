using System.Text.Json.Nodes;
using Towpath.AwsEmulator.Calling;
using Towpath.AwsEmulator.Estates;

namespace Towpath.AwsEmulator.Ecr.Lifecycle;

/// <summary>Calls about lifecycle policies. A preview really evaluates the policy against the images that are there.</summary>
internal static class LifecycleCalls
{
    public static JsonObject Put(Region region, JsonObject input)
    {
        var repository = EcrFaults.Repository(region, input);
        var text = input.Text("lifecyclePolicyText") ?? "";
        LifecyclePolicy.Read(text);
        repository.LifecyclePolicy = text;
        return RepositoryCalls.Answer(repository, ("lifecyclePolicyText", text));
    }

    public static JsonObject Get(Region region, JsonObject input)
    {
        var repository = EcrFaults.Repository(region, input);
        return RepositoryCalls.Answer(repository, ("lifecyclePolicyText", repository.LifecyclePolicy ?? throw EcrFaults.NoLifecyclePolicy(repository)));
    }

    public static JsonObject Delete(Region region, JsonObject input)
    {
        var repository = EcrFaults.Repository(region, input);
        var text = repository.LifecyclePolicy ?? throw EcrFaults.NoLifecyclePolicy(repository);
        repository.LifecyclePolicy = null;
        return RepositoryCalls.Answer(repository, ("lifecyclePolicyText", text));
    }

    public static JsonObject StartPreview(Region region, JsonObject input)
    {
        var repository = EcrFaults.Repository(region, input);
        var text = input.Text("lifecyclePolicyText") ?? repository.LifecyclePolicy ?? throw EcrFaults.NoLifecyclePolicy(repository);
        LifecyclePolicy.Read(text);
        repository.Preview = text;
        return RepositoryCalls.Answer(repository, ("lifecyclePolicyText", text), ("status", "IN_PROGRESS"));
    }

    public static JsonObject GetPreview(Region region, JsonObject input)
    {
        var repository = EcrFaults.Repository(region, input);
        var text = repository.Preview ?? throw new AwsFault(
            "LifecyclePolicyPreviewNotFoundException", $"Lifecycle policy preview does not exist for the repository with name '{repository.Name}'");
        var expiring = LifecyclePolicy.Read(text).Expiring(repository, region.Now).ToList();
        var (page, next) = Pages.Of(expiring, input, 100);
        return RepositoryCalls.Answer(
            repository,
            ("lifecyclePolicyText", text),
            ("status", "COMPLETE"),
            ("nextToken", next),
            ("previewResults", Json.Array(page.Select(each => Write(repository, each.Image, each.Rule)))),
            ("summary", Json.Object(("expiringImageTotalCount", expiring.Count))));
    }

    private static JsonObject Write(Repository repository, StoredImage image, LifecycleRule rule) => Json.Object(
        ("imageTags", Json.Texts(repository.TagsOf(image.Digest))),
        ("imageDigest", image.Digest),
        ("imagePushedAt", Json.Epoch(image.PushedAt)),
        ("action", Json.Object(("type", "EXPIRE"))),
        ("appliedRulePriority", rule.Priority));
}
