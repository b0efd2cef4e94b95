using System.CommandLine;
using Towpath.Cli.CommandLine;
using Towpath.Cli.Hosting;
using Towpath.Cli.Output;
using Towpath.Cli.Standalone;
using Towpath.Core.Artifacts;
using Towpath.Oci.References;

namespace Towpath.Cli.Commands;

/// <summary>Gives an image that is in a registry another tag, with the caller's own logins.</summary>
internal sealed class Tag : Verb
{
    private readonly Argument<string> _image = new("IMAGE") { Description = "the image by digest: HOST/REPOSITORY@sha256:…" };
    private readonly Argument<string> _tag = new("TAG") { Description = "what it is to be called, too" };

    public Tag()
        : base("tag", "give an image in a registry another tag, by digest, with all of its platforms and without moving bytes")
    {
        Arguments.Add(_image);
        Arguments.Add(_tag);
    }

    public override IReadOnlyList<string> Examples =>
    [
        "towpath tag ghcr.io/acme/web@sha256:5b0bcabd1ed22e9fb1310cf6c2dec7cdef19f0ad69efa1f392e94a4333501270 v1.4.2",
        "towpath tag 111111111111.dkr.ecr.us-east-1.amazonaws.com/acme/web@sha256:5b0bcabd1ed22e9fb1310cf6c2dec7cdef19f0ad69efa1f392e94a4333501270 v1.4.2 --json",
    ];

    public override string JsonValue => "image, digest, tag, already: whether the tag named this image before";

    protected override async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        var (text, tag) = (call.Get(_image)!, call.Get(_tag)!);
        if (!ImageReference.TryParse(text, out var image, out var problem)) return call.Fail(Wrong("bad_image", problem));
        if (image.Digest is not { } digest) return call.Fail(Wrong("no_digest", $"'{text}' names no digest, and a tag may mean another image by the time it is read", "write HOST/REPOSITORY@sha256:…"));
        if (!ImageReference.IsTag(tag)) return call.Fail(Wrong("bad_tag", $"'{tag}' is no tag", "a tag has up to 128 letters, digits, dots, dashes and underscores, and begins with none of dot and dash"));
        var (settings, _, errors) = Operator.Read(null, Environment.CurrentDirectory);
        if (settings is null) return call.Fail(Wrong("invalid_settings", "towpath.yaml is wrong") with { Errors = errors });
        await using var services = LocalTargets.Provide(settings, settings.Limits, AwsOf.Registry(settings, image.Name, Path.GetFullPath(".towpath")));
        var scheme = ArtifactScheme.Of(ArtifactKind.Container, image.Name);
        var result = await services.GetServices<IImageTags>().Single(t => t.Scheme == scheme).TagAsync(image.Name, digest, tag, cancellationToken);
        return result switch
        {
            TagResult.Tagged => Done(call, new TaggedView(image.Name, digest, tag, Already: false)),
            TagResult.AlreadyTagged => Done(call, new TaggedView(image.Name, digest, tag, Already: true)),
            TagResult.Conflict taken => call.Fail(new Failure(ExitCodes.Failed, "tag_taken", $"{image.Name}:{tag} is {taken.Found} already, and tags do not move", $"choose another tag for {digest}")),
            TagResult.Missing missing => call.Fail(Wrong("no_image", missing.Reason)),
            _ => throw new InvalidOperationException($"a registry answered {result.GetType().Name}"),
        };
    }

    private static int Done(Call call, TaggedView view) => call.Done(
        view, CliJson.Default.TaggedView, output => output.WriteLine($"{view.Image}:{view.Tag} is {view.Digest}{(view.Already ? ", as it was before" : "")}"));

    private static Failure Wrong(string code, string message, string? whatToDo = null) => new(ExitCodes.Wrong, code, message, whatToDo);
}
