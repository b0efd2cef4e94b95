using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Towpath.GitHub.Oidc;
using Towpath.GitHub.Tests.Scene;
using Towpath.Testing;

namespace Towpath.GitHub.Tests.Jws;

/// <summary>What others were broken with. Every row is refused, for the reason that it says.</summary>
public sealed class AttackTests
{
    private const string Algorithm = "its algorithm is not RS256";
    private const string Encoding64 = "not base64url without padding";
    private const string Parts = "three parts";
    private const string HeaderForm = "its header is not one JSON object";
    private const string ContentForm = "its content is not one JSON object";
    private const string Signature = "its signature is wrong";
    private const string Key = "its header names no key";
    private const string Unknown = "which https://token.actions.githubusercontent.com does not have";

    public static TheoryData<string, string, string> Attacks()
    {
        var rows = new TheoryData<string, string, string>();
        var good = Forge.Token();
        var (header, payload, signature) = (good.Split('.')[0], good.Split('.')[1], good.Split('.')[2]);

        foreach (var none in new[] { "none", "None", "NONE", "nOnE", "", "rs256", "Rs256", "RS256 ", "RS384", "RS512", "PS256", "ES256", "EdDSA", "HS256" })
            rows.Add($"alg {none}", Forge.Token(header: Header(("alg", none))), Algorithm);
        rows.Add("alg none without signature", $"{Forge.Encode(Header(("alg", "none")))}.{payload}.", "it is not signed");
        rows.Add("alg none, two parts", $"{Forge.Encode(Header(("alg", "none")))}.{payload}", Parts);
        rows.Add("alg missing", Forge.Token(header: Header(("alg", null))), Algorithm);
        rows.Add("alg a list", Forge.Token(header: """{"alg":["RS256"],"kid":"key-1"}"""), Algorithm);
        rows.Add("HS256 with the public key in PEM", Hmac(Forge.Key.ExportSubjectPublicKeyInfoPem()), Algorithm);
        rows.Add("HS256 with the public key in PKCS#1", Hmac(Forge.Key.ExportRSAPublicKeyPem()), Algorithm);
        rows.Add("HMAC under the name RS256", Hmac(Forge.Key.ExportSubjectPublicKeyInfoPem(), Forge.Header), "its signature is wrong");
        rows.Add("ES256 with a curve of its own", Elliptic(Header(("alg", "ES256"))), Algorithm);
        rows.Add("elliptic signature under the name RS256", Elliptic(Forge.Header), Signature);
        rows.Add("PSS under the name RS256", Pss(), Signature);
        rows.Add("SHA-1 under the name RS256", Hashed(HashAlgorithmName.SHA1), Signature);
        rows.Add("SHA-512 under the name RS256", Hashed(HashAlgorithmName.SHA512), Signature);

        foreach (var kid in new[] { "../../../../dev/null", "/etc/passwd", "key-1' OR '1'='1", "x' UNION SELECT 'key", "key-1\u0000", "KEY-1", " key-1", "http://evil.example/key", "key-1|/bin/id" })
            rows.Add($"kid {kid.Replace("\0", "\\0", StringComparison.Ordinal)}", Forge.Token(header: Header(("kid", kid)), key: Forge.OtherKey), Unknown);
        rows.Add("kid missing", Forge.Token(header: Header(("kid", null))), Key);
        rows.Add("kid empty", Forge.Token(header: Header(("kid", ""))), Key);
        rows.Add("kid a number", Forge.Token(header: """{"alg":"RS256","kid":1}"""), Key);
        rows.Add("kid an object", Forge.Token(header: """{"alg":"RS256","kid":{"$ne":""}}"""), Key);
        rows.Add("kid of 300 characters", Forge.Token(header: Header(("kid", new string('k', 300)))), Key);

        foreach (var brought in new[] { "jku", "x5u" })
            rows.Add($"{brought} to a key of its own", Forge.Token(header: Header((brought, "https://evil.example/keys")), key: Forge.OtherKey), $"'{brought}'");
        rows.Add("jwk with a key of its own", Forge.Token(header: Header(("jwk", Forge.PublicKey(Forge.OtherKey))), key: Forge.OtherKey), "'jwk'");
        rows.Add("jwk, signed rightly", Forge.Token(header: Header(("jwk", Forge.PublicKey(Forge.OtherKey)))), "'jwk'");
        rows.Add("x5c with a certificate of its own", Forge.Token(header: Header(("x5c", new JsonArray("MIIB")))), "'x5c'");
        rows.Add("crit", Forge.Token(header: Header(("crit", new JsonArray("exp")))), "'crit'");
        rows.Add("crit empty", Forge.Token(header: Header(("crit", new JsonArray()))), "'crit'");
        rows.Add("b64 false", Forge.Token(header: Header(("b64", false))), "'b64'");
        rows.Add("zip", Forge.Token(header: Header(("zip", "DEF"))), "'zip'");
        rows.Add("nested", Forge.Token(header: Header(("cty", "JWT"))), "'cty'");
        rows.Add("nested, content is a token", Forge.Sign(Forge.Header, good, Forge.Key), ContentForm);
        rows.Add("typ of a logout token", Forge.Token(header: Header(("typ", "logout+jwt"))), "something else than a JWT");
        rows.Add("encrypted, five parts", $"{header}.{payload}.{signature}.{payload}.{signature}", Parts);

        rows.Add("empty", "", Parts);
        rows.Add("dots only", "..", "it is not signed");
        rows.Add("one part", header, Parts);
        rows.Add("extra dot behind", good + ".", Parts);
        rows.Add("extra dot in front", "." + good, Parts);
        rows.Add("extra part", $"{good}.{signature}", Parts);
        rows.Add("empty signature", $"{header}.{payload}.", "it is not signed");
        rows.Add("empty content", $"{header}..{signature}", ContentForm);
        rows.Add("empty header", $".{payload}.{signature}", HeaderForm);
        rows.Add("truncated signature", $"{header}.{payload}.{signature[..340]}", Signature);
        rows.Add("truncated by one character", good[..^1], Encoding64);
        rows.Add("longer signature", good + "AAAA", Signature);
        rows.Add("signature of zeros", $"{header}.{payload}.{Forge.Encode(new byte[256])}", Signature);
        rows.Add("signature of another token", $"{header}.{Forge.Encode(Forge.Claims("repository_id", "75").ToJsonString())}.{signature}", Signature);
        rows.Add("header of another token", $"{Forge.Encode(Header(("x", 1)))}.{payload}.{signature}", Signature);
        rows.Add("other key, same kid", Forge.Token(key: Forge.OtherKey), Signature);
        rows.Add("key of 1024 bits", Forge.Token(header: Header(("kid", "short")), key: Forge.ShortKey), Unknown);

        rows.Add("padding behind", $"{header}.{payload}.{signature}==", Encoding64);
        rows.Add("padding in the header", $"{header}=.{payload}.{signature}", Encoding64);
        rows.Add("space in front", " " + good, Encoding64);
        rows.Add("newline behind", good + "\n", Encoding64);
        rows.Add("newline within", $"{header}\n.{payload}.{signature}", Encoding64);
        rows.Add("alphabet of plain base64", $"{header}.{payload}.{signature[..^2].Replace('-', '+').Replace('_', '/')}+/", Encoding64);
        rows.Add("bits that are not zero", $"{header}.{payload}.{NextCharacter(signature)}", Encoding64);
        rows.Add("percent as padding", good + "%", Encoding64);
        rows.Add("full-width characters", $"{header}.{payload}.\uFF21{signature[1..]}", Encoding64);

        rows.Add("alg twice", Forge.Sign("""{"alg":"none","alg":"RS256","kid":"key-1"}""", Forge.Claims().ToJsonString(), Forge.Key), HeaderForm);
        rows.Add("alg twice, once escaped", Forge.Sign("""{"\u0061lg":"none","alg":"RS256","kid":"key-1"}""", Forge.Claims().ToJsonString(), Forge.Key), HeaderForm);
        rows.Add("claim twice", Forge.Sign(Forge.Header, Forge.Claims().ToJsonString()[..^1] + ""","repository_id":"75"}""", Forge.Key), ContentForm);
        rows.Add("claim twice, further down", Forge.Sign(Forge.Header, Forge.Claims().ToJsonString()[..^1] + ""","more":{"a":1,"a":2}}""", Forge.Key), ContentForm);
        rows.Add("header a list", Forge.Sign("""[{"alg":"RS256","kid":"key-1"}]""", Forge.Claims().ToJsonString(), Forge.Key), HeaderForm);
        rows.Add("header with a comment", Forge.Sign("""{"alg":"RS256",/**/"kid":"key-1"}""", Forge.Claims().ToJsonString(), Forge.Key), HeaderForm);
        rows.Add("header with more behind", Forge.Sign(Forge.Header + "{}", Forge.Claims().ToJsonString(), Forge.Key), HeaderForm);
        rows.Add("header with a byte order mark", Forge.Sign("\uFEFF" + Forge.Header, Forge.Claims().ToJsonString(), Forge.Key), HeaderForm);
        rows.Add("content no JSON", Forge.Sign(Forge.Header, "hello", Forge.Key), ContentForm);
        rows.Add("content null", Forge.Sign(Forge.Header, "null", Forge.Key), ContentForm);
        rows.Add("content not UTF-8", RawContent([(byte)'{', (byte)'"', 0xC3, 0x28, (byte)'"', (byte)':', (byte)'1', (byte)'}']), ContentForm);
        rows.Add("content 100 deep", Forge.Sign(Forge.Header, string.Concat(Enumerable.Repeat("{\"a\":", 100)) + "1" + new string('}', 100), Forge.Key), ContentForm);
        rows.Add("20,000 characters", Forge.Token(Forge.Claims("sub", new string('s', 20_000))), "characters, and 16384 are the most");
        rows.Add("header of 4,000 characters", Forge.Token(header: Header(("x", new string('x', 4000)))), "its header has more than");
        return rows;
    }

    public static TheoryData<string, string, string> Claims()
    {
        var rows = new TheoryData<string, string, string>();
        void Add(string name, JsonObject claims, string reason) => rows.Add(name, Forge.Token(claims), reason);
        Add("iss of another", Forge.Claims("iss", "https://evil.example"), "it was issued by 'https://evil.example'");
        Add("iss with a slash", Forge.Claims("iss", Forge.Issuer + "/"), "it was issued by");
        Add("iss in other case", Forge.Claims("iss", "https://TOKEN.actions.githubusercontent.com"), "it was issued by");
        Add("iss missing", Forge.Claims("iss", null), "it was issued by ''");
        Add("iss a list", Forge.Claims("iss", new JsonArray(Forge.Issuer)), "it was issued by ''");
        Add("aud of another", Forge.Claims("aud", "sts.amazonaws.com"), "it is for 'sts.amazonaws.com'");
        Add("aud with ours at its beginning", Forge.Claims("aud", Forge.Audience + ".evil.example"), "it is for");
        Add("aud missing", Forge.Claims("aud", null), "it is for ''");
        Add("aud empty list", Forge.Claims("aud", new JsonArray()), "it is for ''");
        Add("aud an object", Forge.Claims("aud", new JsonObject { [Forge.Audience] = true }), "it is for ''");
        Add("aud of several", Forge.Claims("aud", new JsonArray(Forge.Audience, "sts.amazonaws.com")), "it is for several");
        Add("azp of another", Forge.Claims("azp", "somebody"), "it was made for 'somebody'");
        Add("azp a number", Forge.Claims("azp", 7), "it was made for ''");
        Add("exp past", Forge.Claims("exp", Forge.Seconds(-60)), "it ended at 2026-03-02 08:59:00Z");
        Add("exp missing", Forge.Claims("exp", null), "does not say when");
        Add("exp a text", Forge.Claims("exp", Forge.Seconds(900).ToString()), "does not say when");
        Add("exp negative", Forge.Claims("exp", -1), "does not say when");
        Add("exp out of all bounds", Forge.Claims("exp", 1e300), "does not say when");
        Add("exp in a year", Forge.Claims("exp", Forge.Seconds(31_536_000)), "good for more than 24 hours");
        Add("exp before iat", Forge.Claims("iat", Forge.Seconds(50)).With("exp", Forge.Seconds(40)), "it ends before it begins");
        Add("iat missing", Forge.Claims("iat", null), "does not say when");
        Add("iat in the future", Forge.Claims("iat", Forge.Seconds(61)), "it was issued at 2026-03-02 09:01:01Z");
        Add("nbf in the future", Forge.Claims("nbf", Forge.Seconds(61)), "it begins at 2026-03-02 09:01:01Z");
        Add("nbf a text", Forge.Claims("nbf", "tomorrow"), "(nbf) is no instant");
        Add("sub missing", Forge.Claims("sub", null), "of whom it is");
        Add("sub empty", Forge.Claims("sub", ""), "of whom it is");
        return rows;
    }

    [Theory]
    [MemberData(nameof(Attacks))]
    [MemberData(nameof(Claims))]
    public async Task Attack_is_refused_for_its_reason(string attack, string token, string reason)
    {
        var issuer = new FakeIssuer(new VirtualTime()) { Published = Forge.KeySet(Forge.PublicKey(Forge.Key), Forge.PublicKey(Forge.ShortKey, "short")) };
        var refused = Assert.IsType<TokenResult.Refused>(await issuer.VerifyAsync(token));
        Assert.True(refused.Reason.Contains(reason, StringComparison.Ordinal), $"{attack}: {refused.Reason}");
    }

    [Fact]
    public async Task The_token_that_they_are_made_from_is_accepted() => Assert.True(await new FakeIssuer(new VirtualTime()).AcceptsAsync(Forge.Token()));

    [Theory]
    [InlineData("exp", -59)]
    [InlineData("iat", 60)]
    [InlineData("nbf", 60)]
    public async Task A_clock_may_be_a_minute_wrong(string claim, int after)
    {
        var claims = Forge.Claims(claim, Forge.Seconds(after));
        if (claim == "exp") claims["iat"] = Forge.Seconds(-900);
        Assert.True(await new FakeIssuer(new VirtualTime()).AcceptsAsync(Forge.Token(claims)));
    }

    [Fact]
    public async Task Several_audiences_need_to_say_that_it_was_made_for_us() =>
        Assert.True(await new FakeIssuer(new VirtualTime()).AcceptsAsync(Forge.Token(Forge.Claims("aud", new JsonArray(Forge.Audience, "other")).With("azp", Forge.Audience))));

    [Fact]
    public async Task A_token_of_another_issuer_with_the_same_kid_is_refused()
    {
        var issuer = new FakeIssuer(new VirtualTime(), "https://other.example");
        var result = await issuer.VerifyAsync(Forge.Token(Forge.Claims("iss", "https://other.example"), key: Forge.OtherKey));
        Assert.Contains("it was issued by 'https://other.example'", Assert.IsType<TokenResult.Refused>(result).Reason, StringComparison.Ordinal);
        Assert.Empty(issuer.Web.Requests);
    }

    private static string Header(params (string Name, JsonNode? Value)[] changes)
    {
        var header = JsonNode.Parse(Forge.Header)!.AsObject();
        foreach (var (name, value) in changes)
        {
            if (value is null) header.Remove(name);
            else header[name] = value;
        }

        return header.ToJsonString();
    }

    private static string Hmac(string key, string? header = null)
    {
        var signed = $"{Forge.Encode(header ?? Header(("alg", "HS256")))}.{Forge.Encode(Forge.Claims().ToJsonString())}";
        return $"{signed}.{Forge.Encode(HMACSHA256.HashData(Encoding.ASCII.GetBytes(key), Encoding.ASCII.GetBytes(signed)))}";
    }

    private static string Elliptic(string header)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var signed = $"{Forge.Encode(header)}.{Forge.Encode(Forge.Claims().ToJsonString())}";
        return $"{signed}.{Forge.Encode(key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256))}";
    }

    private static string Pss() => Signed(data => Forge.Key.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pss));

    private static string Hashed(HashAlgorithmName hash) => Signed(data => Forge.Key.SignData(data, hash, RSASignaturePadding.Pkcs1));

    private static string Signed(Func<byte[], byte[]> sign)
    {
        var signed = $"{Forge.Encode(Forge.Header)}.{Forge.Encode(Forge.Claims().ToJsonString())}";
        return $"{signed}.{Forge.Encode(sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    private static string RawContent(byte[] content)
    {
        var signed = $"{Forge.Encode(Forge.Header)}.{Forge.Encode(content)}";
        return $"{signed}.{Forge.Encode(Forge.Key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }

    /// <summary>256 bytes leave the last character four bits that are zero: the next one stands for the same bytes with another tail.</summary>
    private static string NextCharacter(string text)
    {
        const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        return text[..^1] + Alphabet[Alphabet.IndexOf(text[^1], StringComparison.Ordinal) + 1];
    }
}

internal static class ClaimChanges
{
    public static JsonObject With(this JsonObject claims, string name, JsonNode value)
    {
        claims[name] = value;
        return claims;
    }
}
