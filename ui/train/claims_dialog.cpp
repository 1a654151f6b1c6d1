// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/claims_dialog.h"

#include "ui/base/panel.h"
#include "ui/base/words.h"
#include "ui/train/engine_command.h"
#include "ui/train/json_members.h"

#include <QDialogButtonBox>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>

#include <utility>

namespace continuo::ui {

namespace {

constexpr int kMostSeeds = 10;

/// The verdict that an earlier check left; empty where there is none.
QString verdictIn(const QString& folder)
{
    QFile file(folder + QStringLiteral("/claim.json"));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    const auto json = parseJson(file.readAll().toStdString());
    if (!json)
        return {};
    return ClaimsDialog::tr("Verdict: %1. %2").arg(textAt(*json, "verdict"), textAt(*json, "text"));
}

} // namespace

std::vector<ClaimInfo> claimsFromJson(const Json& array)
{
    std::vector<ClaimInfo> claims;
    for (const Json& entry : array) {
        ClaimInfo claim{textAt(entry, "name"),
                        textAt(entry, "title"),
                        textAt(entry, "claim"),
                        textAt(entry, "preset"),
                        {}};
        for (const Json& run : memberAt(entry, "runs"))
            claim.runs << textAt(run, "words");
        if (!claim.name.isEmpty())
            claims.push_back(std::move(claim));
    }
    return claims;
}

ClaimsDialog::ClaimsDialog(const StudioContext& context, QWidget* parent)
    : QDialog(parent)
    , m_context(context)
    , m_list(new QListWidget(this))
    , m_words(label(QString(), TextRole::Plain, this))
    , m_state(label(QString(), TextRole::Muted, this))
    , m_seeds(new QSpinBox(this))
{
    setWindowTitle(tr("Check a claim"));
    auto* column = new QVBoxLayout(this);
    column->setSpacing(12);
    column->addWidget(m_list, 1);
    m_list->setAccessibleName(tr("Claims"));
    m_words->setWordWrap(true);
    m_words->setMinimumHeight(m_words->fontMetrics().height() * 6);
    m_words->setAlignment(Qt::AlignTop);
    column->addWidget(m_words);
    m_state->setWordWrap(true);
    column->addWidget(m_state);
    auto* row = new QHBoxLayout;
    row->addWidget(label(tr("Trainings of each"), TextRole::Muted, this));
    m_seeds->setRange(1, kMostSeeds);
    m_seeds->setValue(2);
    m_seeds->setAccessibleName(tr("Trainings of each"));
    m_seeds->setToolTip(
        tr("Each with other random numbers: only what differs by more than these do counts."));
    row->addWidget(m_seeds);
    row->addStretch();
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    m_start = buttons->addButton(tr("Check"), QDialogButtonBox::ActionRole);
    m_stop = buttons->addButton(tr("Stop"), QDialogButtonBox::ActionRole);
    row->addWidget(buttons);
    column->addLayout(row);
    connect(m_list, &QListWidget::currentRowChanged, this, &ClaimsDialog::showChosen);
    connect(m_start, &QPushButton::clicked, this, &ClaimsDialog::check);
    connect(m_stop, &QPushButton::clicked, this, &ClaimsDialog::stop);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::hide);
    resize(640, 460);
    load();
}

void ClaimsDialog::load()
{
    m_state->setText(tr("Reading the claims …"));
    new EngineCommand(
        m_context.paths.engine, {QStringLiteral("claim")},
        [this](const Result<Json>& answer) {
            if (answer)
                showClaims(claimsFromJson(*answer));
            else
                m_failure = inWords(answer.error());
            showState();
        },
        this);
    showState();
}

void ClaimsDialog::showClaims(std::vector<ClaimInfo> claims)
{
    m_claims = std::move(claims);
    m_list->clear();
    for (const ClaimInfo& claim : m_claims)
        m_list->addItem(claim.title);
    m_list->setCurrentRow(0);
    showChosen();
}

void ClaimsDialog::setDataset(const QString& file, const QString& why)
{
    m_dataset = file;
    m_blocked = why;
    showState();
}

const ClaimInfo* ClaimsDialog::chosen() const
{
    const int row = m_list->currentRow();
    return row < 0 || row >= static_cast<int>(m_claims.size())
               ? nullptr
               : &m_claims[static_cast<std::size_t>(row)];
}

QString ClaimsDialog::folderOf(const ClaimInfo& claim) const
{
    // What another dataset showed is another answer.
    return QStringLiteral("%1/%2, %3")
        .arg(m_context.paths.runs(), claim.name, QFileInfo(m_dataset).completeBaseName());
}

void ClaimsDialog::showChosen()
{
    const ClaimInfo* const claim = chosen();
    if (claim == nullptr) {
        m_words->clear();
    } else {
        QStringList lines{claim->claim};
        for (const QString& run : claim->runs)
            lines << QStringLiteral("· ") + run;
        m_words->setText(lines.join(QLatin1Char('\n')));
    }
    showState();
}

void ClaimsDialog::showState()
{
    const ClaimInfo* const claim = chosen();
    if (m_check != nullptr)
        m_state->setText(tr("Checking “%1”. Its trainings stand in the list of runs, one after "
                            "another.")
                             .arg(m_checked));
    else if (!m_failure.isEmpty())
        m_state->setText(m_failure);
    else if (claim != nullptr)
        m_state->setText(verdictIn(folderOf(*claim)));
    m_state->setVisible(!m_state->text().isEmpty());
    const QString why = m_check != nullptr    ? tr("A claim is being checked")
                        : claim == nullptr    ? tr("No claim is chosen")
                        : m_dataset.isEmpty() ? tr("No dataset is chosen")
                                              : m_blocked;
    setEnabledBecause(*m_start, why);
    setEnabledBecause(*m_stop, m_check == nullptr ? tr("No claim is being checked") : QString());
}

void ClaimsDialog::check()
{
    const ClaimInfo* const claim = chosen();
    if (claim == nullptr || m_check != nullptr)
        return;
    QDir().mkpath(m_context.paths.runs());
    m_failure.clear();
    m_checked = claim->title;
    m_check = new EngineCommand(
        m_context.paths.engine,
        {QStringLiteral("claim"), claim->name, QStringLiteral("--dataset"), m_dataset,
         QStringLiteral("--run"), folderOf(*claim), QStringLiteral("--seeds"),
         QString::number(m_seeds->value())},
        [this](const Result<Json>& answer) {
            m_check = nullptr; // It deletes itself.
            if (!answer)
                m_failure = inWords(answer.error());
            showState();
        },
        this);
    showState();
}

void ClaimsDialog::stop()
{
    delete std::exchange(m_check, nullptr);
    showState();
}

} // namespace continuo::ui
