#include "plumbing/secret_shapes.h"

#include <array>

namespace roar::plumbing {
namespace {

using enum Alphabet;

// A prefix of another one comes after it.
constexpr std::array kShapes{
    TokenShape{"github-token", "ghp_", Alphanumeric, 36, 255, false, "GitHub"},
    TokenShape{"github-token", "gho_", Alphanumeric, 36, 255, false, "GitHub"},
    TokenShape{"github-token", "ghu_", Alphanumeric, 36, 255, false, "GitHub"},
    TokenShape{"github-token", "ghs_", Alphanumeric, 36, 255, false, "GitHub"},
    TokenShape{"github-token", "ghr_", Alphanumeric, 36, 255, false, "GitHub"},
    TokenShape{"github-token", "github_pat_", Word, 36, 255, false, "GitHub"},
    TokenShape{"gitlab-token", "glpat-", Dotted, 20, 0, false, "GitLab"},
    TokenShape{"gitlab-token", "gldt-", Dotted, 20, 0, false, "GitLab"},
    TokenShape{"gitlab-token", "glrt-", Dotted, 20, 0, false, "GitLab"},
    TokenShape{"gitlab-token", "glptt-", Dotted, 20, 0, false, "GitLab"},
    TokenShape{"gitlab-token", "glcbt-", Dotted, 20, 0, false, "GitLab"},
    TokenShape{"aws-access-key", "AKIA", UpperDigits, 16, 16, false, "AWS"},
    TokenShape{"aws-access-key", "ASIA", UpperDigits, 16, 16, false, "AWS"},
    TokenShape{"anthropic-key", "sk-ant-", Url, 20, 0, false, "Anthropic"},
    TokenShape{"openrouter-key", "sk-or-v1-", Hexadecimal, 64, 64, false, "OpenRouter"},
    TokenShape{"openai-key", "sk-proj-", Url, 20, 0, false, "OpenAI"},
    TokenShape{"openai-key", "sk-svcacct-", Url, 20, 0, false, "OpenAI"},
    TokenShape{"openai-key", "sk-admin-", Url, 20, 0, false, "OpenAI"},
    TokenShape{"openai-key", "sk-None-", Url, 20, 0, false, "OpenAI"},
    TokenShape{"openai-key", "sk-", Alphanumeric, 20, 0, true, "OpenAI"},
    TokenShape{"huggingface-token", "hf_", Alphanumeric, 34, 40, false, "Hugging Face"},
    TokenShape{"huggingface-token", "api_org_", Alphanumeric, 34, 34, false, "Hugging Face"},
    TokenShape{"slack-token", "xoxb-", Dashed, 10, 0, true, "Slack"},
    TokenShape{"slack-token", "xoxp-", Dashed, 10, 0, true, "Slack"},
    TokenShape{"slack-token", "xoxa-", Dashed, 10, 0, true, "Slack"},
    TokenShape{"slack-token", "xoxe-", Dashed, 10, 0, true, "Slack"},
    TokenShape{"slack-token", "xoxe.", Dotted, 10, 0, true, "Slack"},
    TokenShape{"slack-token", "xoxr-", Dashed, 10, 0, true, "Slack"},
    TokenShape{"slack-token", "xoxs-", Dashed, 10, 0, true, "Slack"},
    TokenShape{"slack-token", "xapp-", Dashed, 10, 0, true, "Slack"},
    TokenShape{"google-key", "AIza", Url, 35, 35, false, "Google"},
    TokenShape{"google-key", "GOCSPX-", Url, 28, 28, false, "Google"},
    TokenShape{"google-key", "ya29.", Url, 20, 0, false, "Google"},
    TokenShape{"stripe-key", "sk_live_", Alphanumeric, 10, 255, false, "Stripe"},
    TokenShape{"stripe-key", "sk_test_", Alphanumeric, 10, 255, false, "Stripe"},
    TokenShape{"stripe-key", "rk_live_", Alphanumeric, 10, 255, false, "Stripe"},
    TokenShape{"stripe-key", "rk_test_", Alphanumeric, 10, 255, false, "Stripe"},
    TokenShape{"stripe-key", "whsec_", Alphanumeric, 24, 255, false, "Stripe"},
    TokenShape{"npm-token", "npm_", Alphanumeric, 36, 36, false, "npm"},
    TokenShape{"pypi-token", "pypi-AgE", Url, 40, 0, false, "PyPI"},
    TokenShape{"wandb-key", "wandb_v1_", Word, 40, 0, false, "Weights & Biases"},
    TokenShape{"databricks-token", "dapi", Hexadecimal, 32, 32, false, "Databricks"},
    TokenShape{"digitalocean-token", "dop_v1_", Hexadecimal, 64, 64, false, "DigitalOcean"},
    TokenShape{"digitalocean-token", "doo_v1_", Hexadecimal, 64, 64, false, "DigitalOcean"},
    TokenShape{"docker-token", "dckr_pat_", Url, 27, 0, false, "Docker"},
    TokenShape{"docker-token", "dckr_oat_", Url, 27, 0, false, "Docker"},
    TokenShape{"grafana-token", "glsa_", Word, 40, 0, false, "Grafana"},
    TokenShape{"groq-key", "gsk_", Alphanumeric, 52, 52, false, "Groq"},
    TokenShape{"langsmith-key", "lsv2_pt_", Word, 40, 0, false, "LangChain"},
    TokenShape{"langsmith-key", "lsv2_sk_", Word, 40, 0, false, "LangChain"},
    TokenShape{"linear-key", "lin_api_", Alphanumeric, 40, 40, false, "Linear"},
    TokenShape{"notion-token", "ntn_", Alphanumeric, 40, 60, false, "Notion"},
    TokenShape{"nvidia-key", "nvapi-", Url, 60, 0, false, "NVIDIA"},
    TokenShape{"perplexity-key", "pplx-", Alphanumeric, 48, 48, false, "Perplexity"},
    TokenShape{"pinecone-key", "pcsk_", Word, 60, 0, false, "Pinecone"},
    TokenShape{"pulumi-token", "pul-", Hexadecimal, 40, 40, false, "Pulumi"},
    TokenShape{"replicate-token", "r8_", Alphanumeric, 37, 37, false, "Replicate"},
    TokenShape{"rubygems-key", "rubygems_", Hexadecimal, 48, 48, false, "RubyGems"},
    TokenShape{"sendgrid-key", "SG.", Dotted, 60, 70, false, "SendGrid"},
    TokenShape{"sentry-token", "sntrys_", Dotted, 40, 0, false, "Sentry"},
    TokenShape{"sentry-token", "sntryu_", Hexadecimal, 64, 64, false, "Sentry"},
    TokenShape{"shopify-token", "shpat_", Hexadecimal, 32, 32, false, "Shopify"},
    TokenShape{"tailscale-key", "tskey-", Dashed, 20, 0, false, "Tailscale"},
    TokenShape{"vault-token", "hvs.", Url, 24, 0, false, "HashiCorp"},
    TokenShape{"vault-token", "hvb.", Url, 24, 0, false, "HashiCorp"},
    TokenShape{"xai-key", "xai-", Alphanumeric, 80, 80, false, "xAI"},
    TokenShape{"age-key", "AGE-SECRET-KEY-1", UpperDigits, 58, 58, false, "age"},
};

}  // namespace

std::span<const TokenShape> token_shapes() noexcept {
  return kShapes;
}

}  // namespace roar::plumbing
