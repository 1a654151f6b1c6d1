// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/protocol/json.h"
#include "ui/base/studio_context.h"

#include <QDialog>

#include <vector>

QT_BEGIN_NAMESPACE
class QLabel;
class QListWidget;
class QPushButton;
class QSpinBox;
QT_END_NAMESPACE

namespace continuo::ui {

class EngineCommand;

/// What an author said of a network, and the trainings that show whether it is so.
struct ClaimInfo
{
    QString name{};
    QString title{};
    QString claim{};
    QString preset{};
    QStringList runs{}; ///< In words.
};
std::vector<ClaimInfo> claimsFromJson(const Json& array);

/// Chooses a claim and checks it with `continuo claim` on a dataset: its trainings come one after
/// another into a folder of their own beside the other runs. Closing the window leaves them going;
/// with the studio they stop, and checking the same claim again goes on. GUI thread only.
class ClaimsDialog final : public QDialog
{
    Q_OBJECT

public:
    ClaimsDialog(const StudioContext& context, QWidget* parent = nullptr);

    /// What the claims would be checked on; `why` says why not, empty if they can be.
    void setDataset(const QString& file, const QString& why);

    bool isChecking() const { return m_check != nullptr; }

private:
    void load();
    void showClaims(std::vector<ClaimInfo> claims);
    void showChosen();
    void showState();
    void check();
    void stop();
    const ClaimInfo* chosen() const;
    QString folderOf(const ClaimInfo& claim) const;

    const StudioContext m_context;
    std::vector<ClaimInfo> m_claims{};
    QString m_dataset{};
    QString m_blocked{};
    QListWidget* m_list;
    QLabel* m_words;
    QLabel* m_state;
    QSpinBox* m_seeds;
    QPushButton* m_start;
    QPushButton* m_stop;
    EngineCommand* m_check = nullptr; ///< While one is checked.
    QString m_checked{};              ///< Its name.
    QString m_failure{};
};

} // namespace continuo::ui
