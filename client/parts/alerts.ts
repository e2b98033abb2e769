import { AlertRow } from '../elements/alert-row.ts';
import { AlertRuleForm } from '../elements/alert-rule-form.ts';
import { ConfirmBar } from '../elements/confirm-bar.ts';
import { OperatorName } from '../elements/operator-name.ts';
import { LiveAlerts } from '../pages/live-alerts.ts';

/** What `<live-alerts>` is made of; loaded when one is on a page. */
export const elements = {
  'alert-row': AlertRow,
  'alert-rule-form': AlertRuleForm,
  'confirm-bar': ConfirmBar,
  'operator-name': OperatorName,
  'live-alerts': LiveAlerts,
};
