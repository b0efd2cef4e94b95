using Towpath.Core.Applications.Grammar;
using Towpath.Core.Applications.Yaml;

namespace Towpath.Core.Applications.Checks;

/// <summary>The name in the spec is that of its file: links, keys and records all go by it.</summary>
internal static class NameCheck
{
    public static void Run(ApplicationFile application, SpecErrors errors)
    {
        if (application.Root["name"] is SpecNode.Scalar { IsNothing: false } name && !string.Equals(name.Value, application.Slug, StringComparison.Ordinal))
            errors.Add(name.At, "name-mismatch", $"the name '{Quote.Clean(name.Value)}' is not that of the file; call the file {ConfigurationFolder.Applications}{Quote.Clean(name.Value)}.yaml or the application '{Quote.Clean(application.Slug)}'");
        else if (!Texts.IsSlug(application.Slug))
            errors.Add(new Place(application.Path, 1, 1), "bad-name", $"the file name '{Quote.Clean(application.Slug)}' is not a slug; expected {Texts.SlugExpected}");
    }
}
