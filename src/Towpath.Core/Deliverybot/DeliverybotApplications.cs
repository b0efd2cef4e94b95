using Towpath.Core.Applications;
using Towpath.Core.Applications.Yaml;

namespace Towpath.Core.Deliverybot;

/// <summary>The applications that a configuration has by <c>.github/deploy.yml</c>, beside those of app specs.</summary>
internal static class DeliverybotApplications
{
    /// <param name="files">All files of the configuration.</param>
    /// <param name="specs">Applications with an app spec: that counts, and the other file is left alone.</param>
    /// <param name="errors">Where errors go.</param>
    public static IReadOnlyList<DeliverybotApplication> Read(ConfigurationFiles files, IReadOnlySet<string> specs, SpecErrors errors)
    {
        var found = new List<DeliverybotApplication>();
        foreach (var (path, text) in files.Files.Where(file => DeliverybotPlace.IsIn(file.Key)).OrderBy(file => file.Key, StringComparer.Ordinal))
        {
            if (DeliverybotPlace.Of(path) is not { } place) errors.Add(new Place(path, 1, 1), "bad-name", "files below deliverybot/ come from the repositories that towpath.yaml names in `config.deliverybot`, from nowhere else");
            else if (specs.Contains(place.Application)) continue;
            else if (found.Find(other => string.Equals(other.Spec.Name, place.Application, StringComparison.Ordinal)) is { } other)
                errors.Add(new Place(path, 1, 1), "claimed-twice", $"the application '{place.Application}' is that of {other.Spec.Repository} already; give one another name by `application` in `config.deliverybot`");
            else if (Read(place, text, errors) is { } spec) found.Add(new DeliverybotApplication(path, spec));
        }

        return found;
    }

    /// <summary>Null where the file is wrong, and where it has no targets.</summary>
    private static ApplicationSpec? Read(DeliverybotPlace place, string text, SpecErrors errors)
    {
        var result = DeliverybotReader.Read(text);
        foreach (var error in result.Errors) errors.Add(new Place(place.Path, error.Line, error.Column), error.Code, error.Message);
        return result.File is { Targets.Count: > 0 } file ? DeliverybotTranslation.ToApplication(file, place.Application, place.Repository) : null;
    }
}

/// <param name="Path">The file among those of the configuration.</param>
/// <param name="Spec">What became of it.</param>
internal sealed record DeliverybotApplication(string Path, ApplicationSpec Spec);
