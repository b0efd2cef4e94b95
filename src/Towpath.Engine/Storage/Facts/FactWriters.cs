using System.Text.Json;
using Towpath.Core;
using Towpath.Engine.Storage.Changes;
using Towpath.Engine.Storage.Dialects;

namespace Towpath.Engine.Storage.Facts;

/// <remarks>Facts come in any order and more than once: each statement keeps the greatest by an order that does not depend on which came first.</remarks>
internal sealed class SaveCommitFactWriter : ChangeWriter<Change.SaveCommitFact>
{
    private static readonly Statement Save = Several.Inserting(
        """
        INSERT INTO commit_facts (repository_id, sha, kind, app, name, state, at, fact_id, url, order_1, order_2, order_3, run)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
        ON CONFLICT (repository_id, sha, kind, app, name, run) DO UPDATE SET
            state = excluded.state, at = excluded.at, fact_id = excluded.fact_id, url = excluded.url,
            order_1 = excluded.order_1, order_2 = excluded.order_2, order_3 = excluded.order_3
        WHERE (excluded.order_1, excluded.order_2, excluded.order_3) > (commit_facts.order_1, commit_facts.order_2, commit_facts.order_3)
        """,
        "bigint text text text text text bigint bigint text bigint bigint bigint bigint", Turn.CommitFact, new Touch("commit_facts", 1, 2, 3, 4, 5, 13));

    protected override void Write(Change.SaveCommitFact change, IStatements to)
    {
        var f = change.Fact;
        var (first, second, third) = f.Order;
        to.Execute(Save, f.RepositoryId, f.Sha, f.Kind.Word(), f.App, f.Name, f.State, f.At, f.Id, f.Url, first, second, third, f.WorkflowRun);
    }
}

internal sealed class SaveRefFactWriter : ChangeWriter<Change.SaveRefFact>
{
    private const string Same = "coalesce(excluded.sha, '') = coalesce(ref_facts.sha, '')";
    private const string Greater = "(excluded.at > ref_facts.at OR coalesce(excluded.sha, '') > coalesce(ref_facts.sha, ''))";

    /// <summary>The same again may tell who it was, which what was asked of the API does not.</summary>
    private static readonly Statement Save = Several.Inserting(
        $"""
        INSERT INTO ref_facts (repository_id, ref, sha, at, disputed, pushed_by, author) VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (repository_id, ref) DO UPDATE SET
            sha = CASE WHEN {Greater} THEN excluded.sha ELSE ref_facts.sha END,
            pushed_by = CASE WHEN {Greater} THEN excluded.pushed_by WHEN {Same} THEN coalesce(ref_facts.pushed_by, excluded.pushed_by) ELSE ref_facts.pushed_by END,
            author = CASE WHEN {Greater} THEN excluded.author WHEN {Same} THEN coalesce(ref_facts.author, excluded.author) ELSE ref_facts.author END,
            disputed = CASE WHEN excluded.at > ref_facts.at THEN FALSE WHEN {Same} THEN ref_facts.disputed ELSE TRUE END,
            at = excluded.at
        WHERE excluded.at > ref_facts.at OR (excluded.at = ref_facts.at AND
            (NOT {Same} OR (ref_facts.pushed_by IS NULL AND excluded.pushed_by IS NOT NULL) OR (ref_facts.author IS NULL AND excluded.author IS NOT NULL)))
        """,
        "bigint text text bigint boolean text text", Turn.Ref, new Touch("ref_facts", 1, 2));

    protected override void Write(Change.SaveRefFact change, IStatements to)
    {
        var f = change.Fact;
        to.Execute(Save, f.RepositoryId, f.Ref, f.Sha, f.At, false, f.PushedBy, f.Author);
    }
}

internal sealed class SavePullFactWriter : ChangeWriter<Change.SavePullFact>
{
    private const string Greater = "(excluded.at > pull_facts.at OR excluded.state > pull_facts.state)";

    private static readonly Statement Save = Several.Inserting(
        $"""
        INSERT INTO pull_facts (repository_id, number, head_sha, open, at, disputed, state) VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (repository_id, number) DO UPDATE SET
            head_sha = CASE WHEN {Greater} THEN excluded.head_sha ELSE pull_facts.head_sha END,
            open = CASE WHEN {Greater} THEN excluded.open ELSE pull_facts.open END,
            state = CASE WHEN {Greater} THEN excluded.state ELSE pull_facts.state END,
            disputed = (excluded.at = pull_facts.at),
            at = excluded.at
        WHERE excluded.at > pull_facts.at OR (excluded.at = pull_facts.at AND excluded.state <> pull_facts.state)
        """,
        "bigint bigint text boolean bigint boolean text", Turn.Pull, new Touch("pull_facts", 1, 2));

    protected override void Write(Change.SavePullFact change, IStatements to)
    {
        var f = change.Fact with { IsDisputed = false };
        to.Execute(Save, f.RepositoryId, f.Number, f.HeadSha, f.IsOpen, f.UpdatedAt, false, JsonSerializer.Serialize(f, CoreJson.Default.PullFact));
    }
}

internal sealed class SaveRepositoryNameWriter : ChangeWriter<Change.SaveRepositoryName>
{
    private const string Newer = "(excluded.at, excluded.name, excluded.gone) > (repository_names.at, repository_names.name, repository_names.gone)";
    private const string Later = "coalesce(excluded.installation_id, 0) > coalesce(repository_names.installation_id, 0)";

    private static readonly Statement Save = Several.Inserting(
        $"""
        INSERT INTO repository_names (repository_id, name, owner_id, installation_id, gone, at) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (repository_id) DO UPDATE SET
            name = CASE WHEN {Newer} THEN excluded.name ELSE repository_names.name END,
            owner_id = CASE WHEN {Newer} THEN excluded.owner_id ELSE repository_names.owner_id END,
            gone = CASE WHEN {Newer} THEN excluded.gone ELSE repository_names.gone END,
            at = CASE WHEN {Newer} THEN excluded.at ELSE repository_names.at END,
            installation_id = CASE WHEN {Later} THEN excluded.installation_id ELSE repository_names.installation_id END
        WHERE {Newer} OR {Later}
        """,
        "bigint text bigint bigint bigint bigint", Turn.RepositoryName, new Touch("repository_names", 1));

    protected override void Write(Change.SaveRepositoryName change, IStatements to)
    {
        var n = change.Name;
        to.Execute(Save, n.RepositoryId, n.Name, n.OwnerId, n.InstallationId, n.IsGone ? 1L : 0L, n.At);
    }
}
