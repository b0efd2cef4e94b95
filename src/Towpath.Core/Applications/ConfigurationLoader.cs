using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using Towpath.Core.Applications.Checks;
using Towpath.Core.Applications.Grammar;
using Towpath.Core.Applications.Yaml;
using Towpath.Core.Artifacts;
using Towpath.Core.Deliverybot;
using Towpath.Core.Operators;
using Towpath.Core.Targets;

namespace Towpath.Core.Applications;

/// <summary>
/// Reads <c>organization.yaml</c>, <c>apps/*.yaml</c> and the Deliverybot files of repositories. Pure, and all or nothing: one error anywhere, and there is no configuration,
/// only every error of every file. The grammar is made once; a loader may be used any number of times and from any thread.
/// </summary>
public sealed class ConfigurationLoader
{
    private readonly FrozenDictionary<string, ITarget> _targets;
    private readonly FrozenDictionary<string, IVerification> _verifications;
    private readonly FrozenDictionary<string, IArtifactSource> _sources;

    public ConfigurationLoader(IEnumerable<ITarget> targets, IEnumerable<IVerification> verifications, IEnumerable<IArtifactSource> sources)
    {
        _sources = sources.ToFrozenDictionary(source => source.Scheme, StringComparer.Ordinal);
        _targets = targets.ToFrozenDictionary(target => target.Kind, StringComparer.Ordinal);
        _verifications = verifications.ToFrozenDictionary(verification => verification.Kind, StringComparer.Ordinal);
        Grammar = new ApplicationGrammar(
            KindTable.OfTargets(_targets.Select(t => KeyValuePair.Create(t.Key, t.Value.Grammar))),
            KindTable.OfVerifications(_verifications.Select(v => KeyValuePair.Create(v.Key, v.Value.Grammar))));
    }

    public ApplicationGrammar Grammar { get; }

    /// <summary>Reads and checks everything. Without <paramref name="limits"/>, as on a developer's machine, nothing is held against what an operator allows.</summary>
    public ConfigurationResult Load(ConfigurationFiles files, OperatorLimits? limits)
    {
        var errors = new SpecErrors();
        RefuseMisnamed(files, errors);
        var organization = ReadOrganization(files, errors, out var roles);
        var applications = ReadApplications(files, organization?["defaults"] as SpecNode.Mapping, errors);
        var binder = new ConfigurationBinder(Grammar, _targets, _verifications, files.Files);
        var places = new PlaceCheck(binder, _targets, _sources, limits, errors);
        foreach (var application in applications)
        {
            OrderCheck.Run(application, errors);
            CalendarCheck.Run(application, errors);
            PreviewCheck.Run(application, Grammar, errors);
            RepositoryCheck.Run(application, errors);
            ApprovalCheck.Run(application, roles, errors);
            BroughtFiles.Run(application, files.Files, errors);
            places.Run(application);
        }

        // Behind the specs, so that of two that want the same place the spec has it.
        var translated = DeliverybotApplications.Read(files, applications.Select(application => application.Slug).ToHashSet(StringComparer.Ordinal), errors);
        foreach (var application in translated) places.Run(application);
        CalendarCheck.RunNames(
            organization?["freezes"],
            [.. applications.Select(a => (a.Slug, a.Environments.Select(e => e.Key))), .. translated.Select(a => (a.Spec.Name, a.Spec.Environments.Select(e => e.Name)))], errors);

        var configuration = errors.Count == 0 ? Bind(binder, organization, applications, translated, files) : null;
        return new ConfigurationResult(configuration, errors.Sorted(), applications.ToFrozenDictionary(a => a.Slug, a => (SpecNode)a.Root, StringComparer.Ordinal));
    }

    private static Configuration Bind(
        ConfigurationBinder binder, SpecNode? organization, IReadOnlyList<ApplicationFile> applications, IReadOnlyList<DeliverybotApplication> translated, ConfigurationFiles files)
    {
        ApplicationSpec[] specs = [.. applications.Select(binder.Application), .. translated.Select(application => application.Spec)];
        return new Configuration
        {
            Revision = RevisionOf(files.Files),
            Source = files.Source,
            Organization = ConfigurationBinder.Organization(organization).Naming(specs),
            Applications = specs.ToFrozenDictionary(spec => spec.Name, StringComparer.Ordinal),
        };
    }

    private static void RefuseMisnamed(ConfigurationFiles files, SpecErrors errors)
    {
        foreach (var path in files.Files.Keys)
            if (ConfigurationFolder.IsSpec(path) && path.EndsWith(".yml", StringComparison.Ordinal))
                errors.Add(new Place(path, 1, 1), "misnamed-file", $"specs end in .yaml; rename this file to {Path.ChangeExtension(path, ".yaml")}");
    }

    /// <param name="files">All files.</param>
    /// <param name="errors">Where errors go.</param>
    /// <param name="roles">The roles that there are; null where the file is broken, so that its one error does not cause many.</param>
    private SpecNode.Mapping? ReadOrganization(ConfigurationFiles files, SpecErrors errors, out IReadOnlyCollection<string>? roles)
    {
        roles = Organization.BuiltInRoles;
        if (!files.Files.TryGetValue(ConfigurationFolder.Organization, out var text)) return null;
        var before = errors.Count;
        var root = YamlReader.Read(ConfigurationFolder.Organization, text, errors);
        if (root is null && errors.Count > before) roles = null;
        if (root is null) return null;
        new SpecChecker(errors).Check(root, OrganizationGrammar.Root);
        CalendarCheck.Run(root.Find("freezes"), errors);
        if (root.Find("defaults") is { } defaults) new SpecChecker(errors, isPartial: true).Check(defaults, Grammar.Root);
        roles = root is SpecNode.Mapping ? [.. Organization.BuiltInRoles, .. (root.Find("roles")?.EntriesOrNone ?? []).Select(role => role.Key)] : null;
        return root as SpecNode.Mapping;
    }

    private List<ApplicationFile> ReadApplications(ConfigurationFiles files, SpecNode.Mapping? defaults, SpecErrors errors)
    {
        var applications = new List<ApplicationFile>();
        foreach (var (path, text) in files.Files.OrderBy(file => file.Key, StringComparer.Ordinal))
            if (path.StartsWith(ConfigurationFolder.Applications, StringComparison.Ordinal) && ConfigurationFolder.IsSpec(path)
                && path.EndsWith(".yaml", StringComparison.Ordinal) && ReadApplication(path, text, defaults, errors) is { } application)
                applications.Add(application);
        return applications;
    }

    private ApplicationFile? ReadApplication(string path, string text, SpecNode.Mapping? defaults, SpecErrors errors)
    {
        var before = errors.Count;
        var root = YamlReader.Read(path, text, errors);
        if (root is not SpecNode.Mapping own)
        {
            if (root is not null) new SpecChecker(errors).Check(root, Grammar.Root);
            else if (errors.Count == before) errors.Add(new Place(path, 1, 1), "empty", "the file is empty; an app spec begins with 'name: …'");
            return null;
        }

        var application = new ApplicationFile(Path.GetFileNameWithoutExtension(path), path, defaults is null ? own : SpecMerge.Merge(own, defaults, Grammar.Root));
        new SpecChecker(errors, subject: path).Check(application.Root, Grammar.Root);
        NameCheck.Run(application, errors);
        return application;
    }

    private static string RevisionOf(IReadOnlyDictionary<string, string> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (path, text) in files.OrderBy(file => file.Key, StringComparer.Ordinal))
            // Lengths go in too, so that no text can pass for the border between two files.
            foreach (var part in (ReadOnlySpan<string>)[path, text])
            {
                var bytes = Encoding.UTF8.GetBytes(part);
                hash.AppendData(BitConverter.GetBytes(bytes.LongLength));
                hash.AppendData(bytes);
            }

        return Digest.FromHash(hash.GetHashAndReset()).Value;
    }
}
